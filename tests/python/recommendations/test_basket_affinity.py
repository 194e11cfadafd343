"""What is put into one order, in a world with some such pairs and much that looks alike."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from dbt_project import Project

ITEMS, CUSTOMERS = 40, 400
PLANTED = {(1, 2), (3, 4), (5, 6)}


def orders_of_chance(seed: int, follows: float) -> list[tuple[int, str, int]]:
    """Return customer, order and item of each line.

    Each customer likes ten items, orders from those alone, and now and then much at once: so items
    of one taste lie in many orders together. Only a planted item follows its partner, by the
    probability `follows`.
    """
    random = np.random.default_rng(seed)
    partners = dict(PLANTED)
    lines = set()
    for customer in range(1, CUSTOMERS + 1):
        liked = random.choice(np.arange(1, ITEMS + 1), 10, replace=False)
        for order in range(random.integers(1, 15)):
            size = random.choice([1, 2, 3, 8])
            basket = {int(item) for item in random.choice(liked, size, replace=False)}
            followers = {partners[item] for item in basket if item in partners}
            if random.random() < follows:
                basket |= followers
            lines |= {(customer, f"o{customer}-{order}", item) for item in basket}
    return sorted(lines)


def found_pairs(shop: Project, seed: int, follows: float) -> set[tuple[int, int]]:
    """Build what is put into one order from orders of chance, and return the pairs found."""
    with duckdb.connect(str(shop.database)) as connection:
        connection.execute(
            """
            create or replace table numbers as
            select row_number() over (order by item_key) as number, item_key, item_id
            from main_interactions.items
            join main_interactions.eligible_items using (item_key)
            where cut_key = 0
            """
        )
        lines = pd.DataFrame(  # noqa: F841, DuckDB reads it by its name
            orders_of_chance(seed, follows), columns=["user_key", "order_id", "number"]
        )
        connection.execute("delete from main_interactions.user_item_orders")
        connection.execute(
            """
            insert into main_interactions.user_item_orders
            select user_key, item_key, order_id, timestamp '2025-03-01', 1
            from lines join numbers using (number)
            """
        )
    models = ("models/baskets", "basket_affinity")
    shop.dbt("run", "--select", *models, "--vars", "{also_bought__basket_affinity: true}")
    rows = shop.rows(
        """
        select mine.number, theirs.number
        from main_published.basket_affinity as affinity
        join numbers as mine on affinity.item_id = mine.item_id
        join numbers as theirs on affinity.recommended_item_id = theirs.item_id
        """
    )
    assert {(theirs, mine) for mine, theirs in rows} == set(rows)
    return {(mine, theirs) for mine, theirs in rows if mine < theirs}


@pytest.mark.parametrize("seed", [1, 2])
def test_planted_pairs_are_found_and_no_others(demo_of_module, seed):
    assert found_pairs(demo_of_module, seed, follows=0.6) == PLANTED


def test_taste_and_large_orders_make_no_pair(demo_of_module):
    """Items of one customer's taste lie together in nearly every large order of theirs."""
    assert found_pairs(demo_of_module, 3, follows=0) == set()
