"""The evaluator of benchmarks/recommendations, against definitions written out in plain Python."""

import math
import sys

import numpy as np
import pytest
from dbt_project import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "benchmarks" / "recommendations"))

import peers
from evaluate import Split, mean_over_splits, top_items, user_hit, user_ndcg

LISTS = ("explore", "all", "beside")


def random_split(seed: int, n_users: int = 30, n_items: int = 40) -> Split:
    """Draw a history and targets; not all users have targets, not all items are eligible."""
    random = np.random.default_rng(seed)
    history = np.unique(random.integers(0, (n_users, n_items, 9), (400, 3)), axis=0)
    targets = np.unique(random.integers(0, (n_users // 2, n_items), (120, 2)), axis=0)
    return Split(
        name="random",
        cut="2026-01-01",
        users=np.arange(n_users).astype(str),
        items=np.arange(n_items).astype(str),
        user=history[:, 0].astype(np.int32),
        item=history[:, 1].astype(np.int32),
        days_ago=history[:, 2].astype(np.int32) + 1,
        catalogue=random.random(n_items) < 0.8,
        target_user=targets[:, 0].astype(np.int32),
        target_item=targets[:, 1].astype(np.int32),
        target_is_next=random.random(len(targets)) < 0.7,
    )


def few_valued_scores(split: Split) -> np.ndarray:
    """Return scores with many ties."""
    random = np.random.default_rng(7)
    return random.integers(0, 3, (len(split.users), len(split.items))).astype(float)


def expected_lists(split: Split, which: str, scores: np.ndarray) -> dict[int, list[int]]:
    """Sort every user's items by score, popularity and key."""
    bought = set(zip(split.user.tolist(), split.item.tolist(), strict=True))
    popularity = [split.item.tolist().count(item) for item in range(len(split.items))]
    lists = {}
    for user in sorted({int(key) for key in split.target_user}):
        items = [
            item
            for item in range(len(split.items))
            if split.catalogue[item]
            and (which != "explore" or (user, item) not in bought)
            and (which != "beside" or item != split.given[user])
        ]
        items.sort(key=lambda item, user=user: (-scores[user, item], -popularity[item], item))
        lists[user] = items[:10]
    return lists


def expected_targets(split: Split, which: str) -> dict[int, set[int]]:
    """Return what each user could be recommended of what they bought next."""
    bought = set(zip(split.user.tolist(), split.item.tolist(), strict=True))
    targets = {}
    for user, item, is_next in zip(
        split.target_user.tolist(),
        split.target_item.tolist(),
        split.target_is_next.tolist(),
        strict=True,
    ):
        if (
            split.catalogue[item]
            and (which != "explore" or (user, item) not in bought)
            and (which != "beside" or (is_next and item != split.given[user]))
        ):
            targets.setdefault(user, set()).add(item)
    return targets


@pytest.mark.parametrize("which", LISTS)
@pytest.mark.parametrize("seed", range(5))
def test_lists_and_metrics_are_those_of_the_definitions(which: str, seed: int) -> None:
    split = random_split(seed)
    scores = few_valued_scores(split)
    lists = top_items(split, which, lambda users: scores[users], block=7)
    users, ndcg = user_ndcg(split, which, lists)
    _, hit = user_hit(split, which, lists)
    targets = expected_targets(split, which)
    expected = expected_lists(split, which, scores)
    assert users.tolist() == sorted(targets)
    for place, user in enumerate(users.tolist()):
        assert lists[user].tolist() == expected[user]
        hits = [item in targets[user] for item in expected[user]]
        gain = sum(is_hit / math.log2(rank + 2) for rank, is_hit in enumerate(hits))
        ideal = sum(1 / math.log2(rank + 2) for rank in range(min(10, len(targets[user]))))
        assert ndcg[place] == pytest.approx(gain / ideal, abs=1e-12)
        assert hit[place] == any(hits)


def test_each_user_with_a_next_basket_gives_an_item_of_it() -> None:
    split = random_split(4)
    baskets: dict[int, set[int]] = {}
    for user, item in zip(
        split.target_user[split.target_is_next].tolist(),
        split.target_item[split.target_is_next].tolist(),
        strict=True,
    ):
        if split.catalogue[item]:
            baskets.setdefault(user, set()).add(item)
    assert {user for user, item in enumerate(split.given.tolist()) if item >= 0} == set(baskets)
    assert all(split.given[user] in basket for user, basket in baskets.items())


def test_a_short_list_has_no_hits_where_it_ends() -> None:
    split = random_split(1)
    nothing = np.full((len(split.users), 10), -1, np.int32)
    assert user_ndcg(split, "all", nothing)[1].max() == 0


def test_the_mean_over_splits_weighs_splits_alike_and_its_interval_holds_it() -> None:
    ids = np.arange(200).astype(str)
    values = np.random.default_rng(3).random(200)
    mean, low, high = mean_over_splits([(ids, values), (ids[:50], values[:50] + 1)])
    assert mean == pytest.approx((values.mean() + values[:50].mean() + 1) / 2)
    assert low < mean < high
    # The same users at every cut are not more witnesses: the interval is as wide as with one cut.
    alone, repeated = mean_over_splits([(ids, values)]), mean_over_splits([(ids, values)] * 4)
    assert repeated == pytest.approx(alone)


def test_a_sample_keeps_all_the_targets_of_its_users() -> None:
    split = random_split(2)
    sample = split.with_targets_of(5)
    users = set(sample.target_user.tolist())
    assert len(users) == 5
    kept = [user in users for user in split.target_user.tolist()]
    assert sample.target_item.tolist() == split.target_item[kept].tolist()


def baskets_of(split: Split) -> dict[int, list[set[int]]]:
    """Return what each user bought, a set per shopping day from old to new."""
    baskets: dict[int, dict[int, set[int]]] = {}
    for user, item, ago in zip(split.user, split.item, split.days_ago, strict=True):
        baskets.setdefault(int(user), {}).setdefault(-int(ago), set()).add(int(item))
    return {user: [days[day] for day in sorted(days)] for user, days in baskets.items()}


def test_sequence_rules_count_what_followed_an_item() -> None:
    split = random_split(5)
    baskets, n_items = baskets_of(split), len(split.items)
    following = np.zeros((n_items, n_items))
    for days in baskets.values():
        for place, earlier in enumerate(days):
            for step in (1, 2):
                for item in earlier:
                    for later in days[place + step] if place + step < len(days) else ():
                        following[item, later] += 1 / step
    following /= split.popularity[:, None] + 3.0
    expected = np.zeros((len(split.users), n_items))
    for user, days in baskets.items():
        for place, basket in enumerate(reversed(days)):
            for item in basket:
                expected[user] += 0.5**place * following[item]
    found = peers.sequence_rules(split, steps=2, fading=0.5, damping=3)
    assert found(np.arange(len(split.users))) == pytest.approx(expected)


def test_up_cf_sums_the_last_baskets_of_similar_users() -> None:
    split = random_split(6)
    baskets = baskets_of(split)
    expected = np.zeros((len(split.users), len(split.items)))
    owned = {user: set().union(*days) for user, days in baskets.items()}
    for user, mine in owned.items():
        for other, theirs in owned.items():
            similar = len(mine & theirs) / (len(mine) ** 0.25 * len(theirs) ** 0.75)
            last = baskets[other][-2:]
            for basket in last:
                for item in basket:
                    expected[user, item] += similar**5 / len(last)
    found = peers.up_cf(split, baskets=2, asymmetry=0.25, locality=5)
    assert found(np.arange(len(split.users))) == pytest.approx(expected)


def test_rp3_beta_walks_from_the_user_to_items_and_back() -> None:
    split = random_split(7)
    owned = {user: set().union(*days) for user, days in baskets_of(split).items()}
    buyers = {item: {user for user in owned if item in owned[user]} for item in split.item.tolist()}
    expected = np.zeros((len(split.users), len(split.items)))
    for user, items in owned.items():
        for item in items:
            for other in buyers[item]:
                for reached in owned[other]:
                    if split.catalogue[reached]:
                        steps = (len(buyers[item]) * len(owned[other])) ** -0.8
                        expected[user, reached] += steps / len(buyers[reached]) ** 0.3
    found = peers.rp3_beta(split, alpha=0.8, beta=0.3, neighbours=len(split.items))
    assert found(np.arange(len(split.users))) == pytest.approx(expected)
