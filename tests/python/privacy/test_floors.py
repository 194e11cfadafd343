"""No row of figures that is published rests on fewer people than the setting says."""

from pathlib import Path

import duckdb
import pytest
from dbt_project import Project

from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.own_tables import OWN_TABLES

LEAST_PEOPLE = 5

# Who bought what, counted from the order lines and not as the models count it.
BOUGHT = """
    create temp table bought as
    select
        lines.customer_id,
        coalesce(products.parent_product_id, lines.product_id) as item_id,
        max(lines.ordered_at) as last_at
    from build.main_orders.order_lines as lines
    left join products on lines.product_id = products.product_id
    group by all
"""
OF_ITEM = "(select count(distinct customer_id) from bought where item_id = published.{column})"
# Of each table of figures: the people that each row with a figure rests on.
PEOPLE = {
    "item_recommendations": """
        select (
            select count(*) from bought as mine
            inner join bought as theirs using (customer_id)
            where mine.item_id = published.item_id
                and theirs.item_id = published.recommended_item_id
        ) from item_recommendations as published where strategy = 'item_neighbours'
    """,
    "popular_items": f"""
        select {OF_ITEM.format(column="item_id")} from popular_items as published
        where time_window = 'all_time'
        union all
        select (
            select count(*) from bought where item_id = published.item_id
                and last_at >= timestamp '2025-03-31' - interval 28 day
        ) from popular_items as published where time_window = 'recent'
    """,
    "products": f"""
        select {OF_ITEM.format(column="product_id")} from products as published
        where greatest(order_count, unit_count, revenue, customer_count) > 0
    """,
    "product_returns": f"""
        select {OF_ITEM.format(column="item_id")} from product_returns as published
    """,
    "item_exposure": """
        select (
            select count(*) from user_recommendations as lists
            where lists.item_id = published.item_id and lists.list = published.list
        ) from item_exposure as published where user_count > 0 or mean_rank is not null
    """,
    "customer_segments": """
        with items as (select customer_id, count(*) as items from bought group by all)
        select (
            select count(*) from items where case published.segment
                when 'under 5 items' then items < 5
                when '5 to 19 items' then items between 5 and 19
                else items > 19
            end
        ) from customer_segments as published
    """,
    "category_exposure": """
        select count(distinct bought.customer_id)
        from category_exposure as published
        inner join products on published.category = products.category
        inner join bought on products.product_id = bought.item_id
        group by published.list, published.category
    """,
    "customer_group_quality": """
        select least(user_count, other_user_count) from customer_group_quality
    """,
    # A line counts in the row of its day, or of its month, or of its year, or in none with a day.
    "daily_order_lines": """
        with lines as (
            select
                order_source, coalesce(verdict_reason, verdict) as fate, customer_id,
                unnest([ordered_at::date, date_trunc('month', ordered_at)::date,
                    date_trunc('year', ordered_at)::date, null]) as ordered_on,
                unnest(range(4)) as turn, received_line_id
            from build.main_orders.order_line_verdicts
        ),
        placed as (
            select lines.*, published.row_id,
                published.ordered_on is not null as is_dated
            from lines inner join daily_order_lines as published
                on lines.order_source = published.order_source
                and lines.ordered_on is not distinct from published.ordered_on
                and lines.fate = coalesce(published.verdict_reason, published.verdict)
            qualify row_number() over (partition by received_line_id order by turn) = 1
        )
        select count(distinct customer_id) from placed where is_dated group by row_id
    """,
    "recommendation_metrics": "select user_count from recommendation_metrics",
    "recommendation_figures": "select user_count from recommendation_figures",
    "recommendation_verdicts": """
        select user_count from recommendation_verdicts where ndcg_difference is not null
    """,
    "list_overlap": "select user_count from list_overlap",
}
# Rows about one customer or one line each.
PERSONS = {
    "item_audiences",
    "order_line_trail",
    "order_warnings",
    "recommendation_reasons",
    "user_recommendation_lists",
    "user_recommendations",
}
# Definitions, and counts of lines or rows of the whole shop, with neither a day nor an item.
NOBODY = {
    "control_total_differences",
    "dates",
    "item_recommendation_lists",
    "list_definitions",
    "metric_definitions",
    "order_audit",
    "attribute_permissions",
    "order_check_definitions",
    "order_checks",
    "publication",
    "publication_history",
    "recommender_definitions",
    "verdict_reasons",
}
# Counts of people are told in steps.
COUNTS = {
    "popular_items": "customer_count",
    "products": "customer_count",
    "item_exposure": "user_count",
    "category_exposure": "user_count",
    "customer_segments": "user_count + 1000000 * full_list_count",
    "recommendation_reasons": "voting_neighbours",
}


@pytest.fixture(scope="module")
def published(demo_of_module: Project) -> duckdb.DuckDBPyConnection:
    """Return a connection to the published demo shop, with its build beside it, to be changed."""
    serving_file = demo_of_module.root / "serving" / "also_bought.duckdb"
    publish(demo_of_module.database, serving_file)
    publish(demo_of_module.database, serving_file)
    return opened(demo_of_module.database, serving_file)


def opened(build: Path, serving_file: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to a copy of the published tables."""
    connection = duckdb.connect()
    connection.execute(f"attach '{build}' as build (read_only)")
    connection.execute(f"attach '{serving_file}' as serving (read_only)")
    for (name,) in connection.execute(
        "select table_name from duckdb_tables() where database_name = 'serving'"
    ).fetchall():
        connection.execute(f"create table {name} as from serving.{name}")
    connection.execute(BOUGHT)
    return connection


def too_few(published: duckdb.DuckDBPyConnection, table: str) -> list[int]:
    """Return the people of each row of a table that rests on too few."""
    return [n for (n,) in published.execute(PEOPLE[table]).fetchall() if n < LEAST_PEOPLE]


def test_every_published_table_is_walked(published):
    names = {name for (name,) in published.execute("select table_name from publication").fetchall()}
    assert names | set(OWN_TABLES) <= set(PEOPLE) | PERSONS | NOBODY


@pytest.mark.parametrize("table", PEOPLE)
def test_no_row_rests_on_fewer_people(published, table):
    # The demo shop publishes top sellers beside its items, and its customers have no groups; a
    # planted row is found all the same.
    assert published.execute(PEOPLE[table]).fetchall() or table in {
        "item_recommendations",
        "customer_group_quality",
    }
    assert too_few(published, table) == []


@pytest.mark.parametrize("table", COUNTS)
def test_people_are_counted_in_steps(published, table):
    counts = f"select ({COUNTS[table]}) % {LEAST_PEOPLE} as rest from {table}"
    rests = {rest for (rest,) in published.execute(counts).fetchall()}
    assert 0 in rests
    assert rests <= {0, None}


FAULTS = {
    "item_recommendations": """
        insert into item_recommendations (item_id, recommended_item_id, strategy)
        select mine.item_id, theirs.item_id, 'item_neighbours'
        from bought as mine inner join bought as theirs using (customer_id)
        where mine.item_id < theirs.item_id group by all having count(*) = 2 limit 1
    """,
    "popular_items": """
        insert into popular_items (time_window, item_id)
        select 'recent', item_id from bought group by item_id
        having count(case when last_at > '2025-03-03' then 1 end) = 1 limit 1
    """,
    "products": """
        update products set order_count = 1 where product_id not in (select item_id from bought)
    """,
    "daily_order_lines": """
        insert into daily_order_lines (row_id, order_source, ordered_on, verdict)
        select 'planted', order_source, ordered_at::date, 'kept'
        from build.main_orders.order_line_verdicts where verdict = 'kept'
        group by all having count(distinct customer_id) = 1 limit 1
    """,
    "customer_group_quality": """
        insert into customer_group_quality (list, customer_group, user_count, other_user_count)
        select 'explore', 'few', 4, 100
    """,
    "item_exposure": """
        update item_exposure set mean_rank = 1 where item_id in (
            select product_id from products where not may_be_recommended
        )
    """,
}


@pytest.mark.parametrize("table", FAULTS)
def test_a_row_of_too_few_people_is_found(published, table):
    published.execute("begin")
    try:
        published.execute(FAULTS[table])
        assert too_few(published, table) != []
    finally:
        published.execute("rollback")


def test_who_is_like_whom_is_never_published(published):
    """No table has two customers in a row, whatever its name."""
    tables = published.execute(
        "select table_name from duckdb_columns() where database_name = 'memory'"
        " and (table_name like '%user_neighbours%' or column_name like 'neighbour%key')"
    ).fetchall()
    assert tables == []
    customers = {key for (key,) in published.execute("select customer_id from bought").fetchall()}
    for table in sorted(PERSONS):
        texts = [
            name
            for name, data_type in published.execute(
                "select column_name, data_type from duckdb_columns() where table_name = ?", [table]
            ).fetchall()
            if data_type == "VARCHAR"
        ]
        rows = published.execute(f"select {', '.join(texts)} from {table} limit 5000").fetchall()
        assert all(len(customers.intersection(row)) <= 1 for row in rows), table
