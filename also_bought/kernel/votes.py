"""Votes of neighbours, summed: which items are proposed to each user, and how strongly."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from scipy import sparse

from also_bought.kernel.matrix import Integers

if TYPE_CHECKING:
    from also_bought.kernel.compiled_votes import SparseRows

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
    from also_bought.kernel.compiled_votes import strongest_of_users

    lowest_user = int(min((keys.min() for keys in (voters[0], owned[0]) if keys.size), default=0))
    n_users = _size(voters[0], owned[0]) - lowest_user
    n_voters = _size(voters[1], ballots[0])
    n_items = _size(ballots[1], owned[1])
    ones = np.ones(owned[0].size, np.int64)
    matrices = (
        _rows(voters[0] - lowest_user, *voters[1:], (n_users, n_voters)),
        _rows(*ballots, (n_voters, n_items)),
        _rows(owned[0] - lowest_user, owned[1], ones, (n_users, n_items)),
    )

    def block(first: int) -> pa.RecordBatch:
        last = min(first + _USERS_PER_BLOCK, n_users)
        users, *columns = strongest_of_users(first, last, *matrices, n_items, k)
        columns = [users + np.int32(lowest_user), *columns]
        return pa.record_batch([pa.array(column) for column in columns], schema=VOTE_SCHEMA)

    with ThreadPoolExecutor(threads) as pool:
        return pa.Table.from_batches(
            pool.map(block, range(0, n_users, _USERS_PER_BLOCK)), schema=VOTE_SCHEMA
        )


def _size(*key_arrays: Integers) -> int:
    """How many keys there are, from 0 to the largest."""
    return int(max((keys.max() + 1 for keys in key_arrays if keys.size), default=0))


def _rows(
    rows: Integers, columns: Integers, values: Integers, shape: tuple[int, int]
) -> "SparseRows":
    from also_bought.kernel.compiled_votes import SparseRows

    matrix = sparse.coo_array((values.astype(np.int64), (rows, columns)), shape=shape)
    # No pair comes twice, and nothing reads the columns in order: nothing to sort.
    matrix.has_canonical_format = True
    by_row = matrix.tocsr()
    return SparseRows(by_row.indptr, by_row.indices, by_row.data)
