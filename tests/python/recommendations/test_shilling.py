"""Invented accounts against the lists "also bought": what a group of them needs."""

import sys

import numpy as np
import pytest
from dbt_project import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "benchmarks" / "shilling"))

from attacks import (
    SHARE,
    Shop,
    accounts_needed,
    best_sellers,
    item_weight,
    tail_targets,
)


def shop_with(share: float) -> Shop:
    """Return 4,000 customers who buy some of 400 items, half of it from one of 20 ranges."""
    generator = np.random.default_rng(7)
    n_users, n_items, n_ranges = 4000, 400, 20
    popularity = 1 / np.arange(1, n_items + 1)
    range_of_item = generator.permutation(n_items) % n_ranges
    bought = np.zeros((n_users, n_items), bool)
    for user in range(n_users):
        size = 2 + generator.geometric(0.1)
        liked = popularity * np.where(range_of_item == user % n_ranges, n_ranges, 1)
        bought[user, generator.choice(n_items, size=size, p=liked / liked.sum())] = True
    weights = bought * item_weight(np.maximum(1, bought.sum(axis=1)), n_items)[:, None]
    return Shop.of(np.arange(n_items), weights, np.ones(n_items, bool), share)


def needed(shop: Shop) -> list[int]:
    """Return the accounts that bring what nobody bought with a best seller into its list."""
    generator = np.random.default_rng(1)
    return [
        accounts_needed(shop, item, target)
        for item in best_sellers(shop, 20)
        for target in tail_targets(shop, item, generator, 2)
    ]


def test_a_group_needs_fifteen_accounts_and_thirty_in_the_median() -> None:
    accounts = needed(shop_with(SHARE))
    assert len(accounts) >= 20
    assert min(accounts) >= 15
    assert np.median(accounts) >= 30
    # Without the rule the same attack succeeds with a few.
    assert max(needed(shop_with(share=0))) < 10


def test_the_lists_that_are_attacked_are_those_of_the_build(built_demo) -> None:
    shop = Shop.read(built_demo.database)
    shop.check(built_demo.database)
    with pytest.raises(ValueError, match="not those of the build"):
        Shop.read(built_demo.database, share=0.2).check(built_demo.database)
    for item in best_sellers(shop, 10):
        for target in tail_targets(shop, item, np.random.default_rng(2), 2):
            accounts = accounts_needed(shop, item, target)
            assert accounts >= SHARE * (shop.buyers[item] + accounts)
