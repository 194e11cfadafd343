"""Votes of neighbours, summed: which items are proposed to each user, and how strongly."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from also_bought.kernel.matrix import Flags, Integers

VOTE_SCHEMA = pa.schema(
    [
        pa.field("user_key", pa.int32(), nullable=False),
        pa.field("item_key", pa.int32(), nullable=False),
        pa.field("is_bought", pa.bool_(), nullable=False),
        pa.field("vote_score", pa.int64(), nullable=False),
    ]
)

_USERS_PER_BLOCK = 256


def strongest_votes(
    voters: tuple[Integers, Integers, Integers],
    ballots: tuple[Integers, Integers, Integers],
    owned: tuple[Integers, Integers],
    *,
    k: int,
    threads: int = 2,
) -> pa.Table:
    """Sum each user's votes per item, and keep the strongest of two kinds.

    A user has voters, and a voter casts a ballot for items: ``score(u, i) = sum over v of
    voters(u, v) * ballots(v, i)``, exact in whole numbers. With similar users as voters and what
    they bought as ballots this is user-based collaborative filtering; with the user's own items
    as voters and their neighbours as ballots it is item-based.

    Parameters
    ----------
    voters : tuple of three integer arrays, each of shape (n_voters,)
        User key, voter key and strength of each user's voters, all 0 or more.
    ballots : tuple of three integer arrays, each of shape (n_ballots,)
        Voter key, item key and strength of each ballot; a negative strength speaks against the
        item, keys are 0 or more.
    owned : tuple of two integer arrays, each of shape (n_owned,)
        User key and item key of what each user bought.
    k : int
        Items kept per user, of those bought and of those not bought each.
    threads : int
        Changes speed only.

    Returns
    -------
    pyarrow.Table
        `VOTE_SCHEMA`, sorted by user and item, scores above 0 only. Of equal scores the lower item
        keys are kept.
    """
    lowest_user = min((keys.min() for keys in (voters[0], owned[0]) if keys.size), default=0)
    n_users = _size(voters[0] - lowest_user, owned[0] - lowest_user)
    n_voters = _size(voters[1], ballots[0])
    n_items = _size(ballots[1], owned[1])
    of_users = _matrix(voters[0] - lowest_user, *voters[1:], (n_users, n_voters))
    of_voters = _matrix(*ballots, (n_voters, n_items))
    ones = np.ones(owned[0].size, np.int64)
    of_owners = _matrix(owned[0] - lowest_user, owned[1], ones, (n_users, n_items))

    def block(first: int) -> pa.RecordBatch:
        scores = of_users[first : first + _USERS_PER_BLOCK] @ of_voters
        users, items, bought_or_new, strongest = [], [], [], []
        is_owned = np.zeros(n_items, bool)
        for row in range(scores.shape[0]):
            entries = slice(scores.indptr[row], scores.indptr[row + 1])
            found, sums = scores.indices[entries], scores.data[entries]
            owner = slice(of_owners.indptr[first + row], of_owners.indptr[first + row + 1])
            bought = of_owners.indices[owner]
            is_owned[bought] = True
            among_owned = is_owned[found]
            kept = np.concatenate(
                [
                    _strongest(found, sums, kind & (sums > 0), k)
                    for kind in (among_owned, ~among_owned)
                ]
            )
            kept = kept[np.argsort(found[kept])]
            is_owned[bought] = False
            users.append(np.full(kept.size, lowest_user + first + row, np.int32))
            items.append(found[kept].astype(np.int32))
            bought_or_new.append(among_owned[kept])
            strongest.append(sums[kept])
        columns = [np.concatenate(parts) for parts in (users, items, bought_or_new, strongest)]
        return pa.record_batch([pa.array(column) for column in columns], schema=VOTE_SCHEMA)

    with ThreadPoolExecutor(threads) as pool:
        return pa.Table.from_batches(
            pool.map(block, range(0, n_users, _USERS_PER_BLOCK)), schema=VOTE_SCHEMA
        )


def _size(*key_arrays: Integers) -> int:
    """How many keys there are, from 0 to the largest."""
    return int(max((keys.max() + 1 for keys in key_arrays if keys.size), default=0))


def _matrix(
    rows: Integers, columns: Integers, values: Integers, shape: tuple[int, int]
) -> sparse.csr_array:
    matrix = sparse.coo_array((values.astype(np.int64), (rows, columns)), shape=shape)
    # No pair comes twice, and nothing reads the columns in order: nothing to sort.
    matrix.has_canonical_format = True
    return matrix.tocsr()


def _strongest(items: Integers, scores: Integers, mask: Flags, k: int) -> NDArray[np.intp]:
    """Where the k largest of the masked scores are; of equal ones those of the lower items."""
    places = np.flatnonzero(mask)
    if places.size <= k:
        return places
    bar = np.partition(scores[places], -k)[-k]
    above = places[scores[places] > bar]
    level = places[scores[places] == bar]
    level = level[np.argsort(items[level])]
    return np.concatenate([above, level[: k - above.size]])
