"""Lists and what they are worth: the benchmark's own evaluator, in numpy alone.

    split = DATA_SETS["online_retail"].split(cut)
    lists = top_items(split, "explore", score)     # score(users) gives one row per user
    users, ndcg = user_ndcg(split, "explore", lists)

It shares no code with the project, which it measures.
"""

from dataclasses import asdict, dataclass, replace
from functools import cached_property

import numpy as np

RANKS = 10
RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Split:
    """What is known before a cut, and what was bought after it.

    One entry of `user`, `item`, `days_ago` per user, item and day before the cut (1 = the day
    before it), ordered by user, from old to new. Keys count `users` and `items` from 0. A target
    `is_next` if it is of the user's first shopping day from the cut.
    """

    name: str
    cut: str
    users: np.ndarray
    items: np.ndarray
    user: np.ndarray
    item: np.ndarray
    days_ago: np.ndarray
    catalogue: np.ndarray
    target_user: np.ndarray
    target_item: np.ndarray
    target_is_next: np.ndarray

    def save(self, file):
        """Write the split to an npz file."""
        np.savez(file, **asdict(self))

    @classmethod
    def load(cls, file):
        """Read what `save` wrote."""
        with np.load(file) as arrays:
            fields = dict(arrays)
        return cls(**fields | {"name": str(fields["name"]), "cut": str(fields["cut"])})

    def with_targets_of(self, n_users):
        """Return the split with the targets of at most so many users, drawn at random."""
        users = np.unique(self.target_user)
        drawn = np.random.default_rng(1).permutation(users)[:n_users]
        kept = np.isin(self.target_user, drawn)
        names = ("target_user", "target_item", "target_is_next")
        return replace(self, **{name: getattr(self, name)[kept] for name in names})

    @cached_property
    def counts(self):
        """Distinct pairs of the history, ordered by user and item: (user, item, days bought on)."""
        pairs, counts = np.unique(
            self.user.astype(np.int64) * len(self.items) + self.item, return_counts=True
        )
        user, item = np.divmod(pairs, len(self.items))
        return user.astype(np.int32), item.astype(np.int32), counts

    @cached_property
    def popularity(self):
        """In how many customer-days each item was bought: what breaks ties."""
        return np.bincount(self.item, minlength=len(self.items))

    @cached_property
    def given(self):
        """The item that each user gives, drawn from their next shopping day; -1 for none."""
        drawn = np.random.default_rng(1).permutation(len(self.target_user))
        drawn = drawn[(self.target_is_next & self.catalogue[self.target_item])[drawn]]
        given = np.full(len(self.users), -1, np.int32)
        given[self.target_user[drawn]] = self.target_item[drawn]
        return given

    def targets(self, which):
        """Return (user, item) of what could have been found by a list.

        `explore` is what the user had not bought, `all` whatever they buy. `beside` is the rest of
        the basket that `given` is of.
        """
        pairs = self.target_user.astype(np.int64) * len(self.items) + self.target_item
        user, item, _ = self.counts
        known = user.astype(np.int64) * len(self.items) + item
        wanted = self.catalogue[self.target_item]
        if which == "explore":
            wanted &= ~np.isin(pairs, known)
        elif which == "beside":
            wanted &= self.target_is_next & (self.target_item != self.given[self.target_user])
        return self.target_user[wanted], self.target_item[wanted]


def top_items(split, which, score, block=500):
    """Return the best items per user, an array of users by ranks; -1 where there is none.

    `score` takes an array of user keys and returns an array of users by items. Ties are broken
    by popularity, then by key. Explore lists leave out what the user has bought, and the list
    beside an item leaves out that item.
    """
    order = np.lexsort((np.arange(len(split.items)), -split.popularity))
    order = order[split.catalogue[order]]
    bought_user, bought_item, _ = split.counts
    starts = np.searchsorted(bought_user, np.arange(len(split.users) + 1))
    lists = np.full((len(split.users), RANKS), -1, np.int32)
    wanted = np.unique(split.targets(which)[0])
    for first in range(0, len(wanted), block):
        users = wanted[first : first + block]
        scores = np.array(score(users), dtype=float)
        if which == "explore":
            for row, user in enumerate(users):
                scores[row, bought_item[starts[user] : starts[user + 1]]] = -np.inf
        elif which == "beside":
            scores[np.arange(len(users)), split.given[users]] = -np.inf
        scores = scores[:, order]
        tenth = np.partition(scores, -RANKS, axis=1)[:, -RANKS]
        for row, user in enumerate(users):
            line = scores[row]
            above = np.flatnonzero(line > tenth[row])
            equal = np.flatnonzero(line == tenth[row])[: RANKS - len(above)]
            best = np.concatenate([above, equal])
            best = best[np.lexsort((best, -line[best]))]
            best = best[line[best] > -np.inf]
            lists[user, : len(best)] = order[best]
    return lists


def _hits(split, which, lists):
    """Return the users with targets, their numbers of targets and whether each rank is a hit."""
    target_user, target_item = split.targets(which)
    users, n_targets = np.unique(target_user, return_counts=True)
    n_items = len(split.items)
    listed = np.where(
        lists[users] < 0, -1, users[:, None].astype(np.int64) * n_items + lists[users]
    )
    return users, n_targets, np.isin(listed, target_user.astype(np.int64) * n_items + target_item)


def user_ndcg(split, which, lists):
    """Return the users with targets and the NDCG of each.

    The ideal list has min(ranks, number of targets) hits on top.
    """
    users, n_targets, hits = _hits(split, which, lists)
    discounts = 1 / np.log2(np.arange(2, RANKS + 2))
    ideal = np.cumsum(discounts)[np.minimum(n_targets, RANKS) - 1]
    return users, (hits * discounts).sum(axis=1) / ideal


def user_hit(split, which, lists):
    """Return the users with targets and whether the list of each has one: 0 or 1."""
    users, _, hits = _hits(split, which, lists)
    return users, hits.any(axis=1).astype(float)


METRICS = {"ndcg": user_ndcg, "hit_rate": user_hit}


def mean_over_splits(values):
    """Return the mean over splits of the means over users, and its 95% bootstrap interval.

    `values` has one (user ids, value of each) per split. A resample draws users, with all their
    splits: the same customer at two cuts is not two witnesses.
    """
    ids = np.unique(np.concatenate([users for users, _ in values]))
    random = np.random.default_rng(1)
    draws = random.multinomial(len(ids), np.full(len(ids), 1 / len(ids)), size=RESAMPLES)
    means = np.zeros(RESAMPLES)
    for users, value in values:
        weights = draws[:, np.searchsorted(ids, users)]
        means += weights @ value / weights.sum(axis=1) / len(values)
    mean = np.mean([value.mean() for _, value in values])
    return float(mean), *map(float, np.percentile(means, [2.5, 97.5]))
