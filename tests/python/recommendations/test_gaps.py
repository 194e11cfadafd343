"""Gaps between groups of customers and between categories, in shops of chance and in the demo."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from dbt_project import Project

SHOPS = 20
USERS = 200
TABLES = """
    attach ':memory:' as also_bought;
    use also_bought;
    create schema main_evaluation; create schema main_published; create schema main_interactions;
    create schema main_orders; create schema main_ranking;
"""


def compiled(project: Project, model: str) -> str:
    """Return the query that the build has made of a model."""
    [file] = Path(project.root, "target", "compiled").rglob(f"{model}.sql")
    return file.read_text()


@pytest.fixture
def shop():
    """Return a connection to a database with the schemas of a build and no tables."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def test_a_list_half_as_good_for_a_group_is_found_in_twenty_of_twenty(built_demo, shop):
    query = compiled(built_demo, "customer_group_quality")
    found, false_alarms = 0, 0
    for seed in range(SHOPS):
        random = np.random.default_rng(seed)
        groups = np.repeat(["north", "south", "east", "few", ""], [USERS, USERS, USERS, 19, 50])
        # Most lists meet nothing. Those of the south meet half as much as all others.
        ndcg = random.beta(2, 3, groups.size) * (random.random(groups.size) < 0.5)
        ndcg[groups == "south"] /= 2
        keys = np.arange(groups.size)
        drawn = pa.table({"user_key": keys, "customer_group": groups, "ndcg": ndcg})
        shop.register("drawn", drawn)
        shop.execute("""
            create or replace table main_interactions.users as
            select user_key, 'C' || user_key as user_id from drawn;
            create or replace view main_orders.customer_accounts as
            select 'C' || user_key as customer_id, nullif(customer_group, '') as customer_group
            from drawn;
            create or replace table main_published.recommendation_verdicts as
            select 'explore' as list, 'also_bought' as published_recommender;
            create or replace table main_evaluation.user_metrics as
            select 1 as cut_key, 'period' as target_set, 10 as evaluated_ranks, 'explore' as list,
                recommender, user_key, if(recommender = 'also_bought', ndcg, 1) as ndcg
            from drawn cross join (values ('also_bought'), ('random')) as recommenders (recommender)
        """)
        rows = {
            group: (users, others, low, high)
            for group, users, others, low, high in shop.execute(
                "select customer_group, user_count, other_user_count, difference_low,"
                f" difference_high from ({query})"
            ).fetchall()
        }
        # A group of 19 is told by nobody, and a user without a group is in none.
        assert rows.keys() == {"north", "south", "east"}
        assert rows["south"][:2] == (USERS, 2 * USERS + 19)
        found += rows["south"][3] < 0
        # The others of a group that is no worse are so by half of what the south lacks.
        truth = 0.4 * 0.5 * (1 - (1.5 * USERS + 19) / (2 * USERS + 19))
        false_alarms += not rows["north"][2] <= truth <= rows["north"][3]
    assert found == SHOPS
    assert false_alarms <= 3


def test_a_category_shown_half_as_often_as_bought_is_found_in_twenty_of_twenty(built_demo, shop):
    query = compiled(built_demo, "category_exposure")
    categories = np.array(["tea", "bread", "honey"])
    found, false_alarms = 0, 0
    for seed in range(SHOPS):
        random = np.random.default_rng(seed)

        def draw(shares, rows, random=random):
            users = np.repeat(np.arange(USERS), rows)
            kinds = random.choice(3, users.size, p=shares)
            return pa.table({"user_key": users, "item_key": kinds * 100 + random.integers(100)})

        shop.register("shown", draw([0.2, 0.5, 0.3], 10))
        shop.register("bought", draw([0.4, 0.3, 0.3], 8))
        shop.register("kinds", pa.table({"place": [0, 1, 2], "category": categories}))
        shop.execute("""
            create or replace table main_ranking.published_ranking as
            select 'explore' as list, * from shown;
            create or replace table main_interactions.user_item_counts_by_cut as
            select 0 as cut_key, * from bought;
            create or replace table main_interactions.items as
            select item_key, item_key::text as item_id from range(300) as keys (item_key);
            create or replace table main_orders.catalogue as
            select item_key::text as product_id, category
            from range(300) as keys (item_key) inner join kinds on item_key // 100 = place
        """)
        gaps = {
            category: (low, high)
            for category, low, high in shop.execute(
                f"select category, gap_low, gap_high from ({query})"
            ).fetchall()
        }
        assert gaps.keys() == set(categories)
        found += gaps["tea"][1] < 0 < gaps["bread"][0]
        false_alarms += not gaps["honey"][0] <= 0 <= gaps["honey"][1]
    assert found == SHOPS
    assert false_alarms <= 3


def test_groups_of_the_customers_input_are_compared(demo):
    assert demo.rows("select * from main_published.customer_group_quality") == []
    demo.edit(
        "models/staging/stg_shop__customers.sql",
        "as account_type\n",
        "as account_type,\n        case when customer_id like '%1' then null"
        " when customer_id < 'C0100' then ' early ' else 'late' end as customer_group\n",
    )
    demo.dbt(
        "run", "--select", "stg_shop__customers", "customer_accounts", "customer_group_quality"
    )
    rows = demo.rows("""
        with judged as (
            select list, ndcg, if(user_id < 'C0100', 'early', 'late') as customer_group
            from main_evaluation.user_metrics as metrics
            inner join main_interactions.users using (user_key)
            inner join main_published.recommendation_verdicts as verdicts using (list)
            where metrics.cut_key = 1 and target_set = 'period' and evaluated_ranks = 10
                and recommender = published_recommender and user_id not like '%1'
        )
        select list, customer_group, count(*), round(avg(ndcg), 9)
        from judged group by all order by all
    """)
    assert rows
    assert rows == demo.rows(
        "select list, customer_group, user_count, round(ndcg, 9)"
        " from main_published.customer_group_quality order by all"
    )
