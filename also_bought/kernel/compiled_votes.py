"""The compiled part of `also_bought.kernel.votes`.

Import it late: importing numba costs half a second.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from also_bought.kernel.jit import compiled
from also_bought.kernel.matrix import Flags, Integers, Whole


class SparseRows(NamedTuple):
    """A CSR matrix: row i has `columns` and `values` from `starts[i]` to before `starts[i + 1]`."""

    starts: Integers
    columns: Integers
    values: Integers


@compiled()
def _strongest(items: Integers, sums: Integers, k: Whole) -> Integers:
    """Return the k items of the largest sums; of equal ones the lower items."""
    if items.size <= k:
        return items
    scores = sums[items]
    bar = np.partition(scores, items.size - k)[items.size - k]
    level = np.sort(items[scores == bar])
    above = items[scores > bar]
    return np.concatenate((above, level[: k - above.size]))


@compiled()
def strongest_of_users(
    first: Whole,
    last: Whole,
    voters: SparseRows,
    ballots: SparseRows,
    owned: SparseRows,
    n_items: Whole,
    k: Whole,
) -> tuple[NDArray[np.int32], NDArray[np.int32], Flags, NDArray[np.int64]]:
    """Return user, item, whether it is owned, and score, of users from first to before last.

    Sorted by user and item.
    """
    room = (last - first) * min(2 * k, n_items)
    users = np.empty(room, np.int32)
    found = np.empty(room, np.int32)
    is_owned = np.empty(room, np.bool_)
    scores = np.empty(room, np.int64)
    sums = np.zeros(n_items, np.int64)
    is_touched = np.zeros(n_items, np.bool_)
    is_of_user = np.zeros(n_items, np.bool_)
    touched = np.empty(n_items, np.int32)
    # Within a loop, each read of an array out of a tuple would be counted as a use of it.
    voter_starts, voters_of_users, voter_strengths = voters
    ballot_starts, ballot_items, ballot_strengths = ballots
    owned_starts, owned_items, _ = owned
    size = 0
    for user in range(first, last):
        n_touched = 0
        for place in range(voter_starts[user], voter_starts[user + 1]):
            voter, strength = voters_of_users[place], voter_strengths[place]
            for ballot in range(ballot_starts[voter], ballot_starts[voter + 1]):
                item = ballot_items[ballot]
                if not is_touched[item]:
                    is_touched[item] = True
                    touched[n_touched] = item
                    n_touched += 1
                sums[item] += strength * ballot_strengths[ballot]
        of_user = owned_items[owned_starts[user] : owned_starts[user + 1]]
        for item in of_user:
            is_of_user[item] = True
        bought = np.empty(n_touched, np.int32)
        new = np.empty(n_touched, np.int32)
        n_bought, n_new = 0, 0
        for place in range(n_touched):
            item = touched[place]
            if sums[item] > 0 and is_of_user[item]:
                bought[n_bought] = item
                n_bought += 1
            elif sums[item] > 0:
                new[n_new] = item
                n_new += 1
        kept = np.sort(
            np.concatenate(
                (_strongest(bought[:n_bought], sums, k), _strongest(new[:n_new], sums, k))
            )
        )
        for item in kept:
            users[size] = user
            found[size] = item
            is_owned[size] = is_of_user[item]
            scores[size] = sums[item]
            size += 1
        for place in range(n_touched):
            sums[touched[place]] = 0
            is_touched[touched[place]] = False
        for item in of_user:
            is_of_user[item] = False
    return users[:size], found[:size], is_owned[:size], scores[:size]
