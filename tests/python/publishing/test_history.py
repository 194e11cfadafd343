"""The history of publications: it grows, and holds the figures of each."""

from pathlib import Path

import duckdb
import pytest
from fake_build import log_of_command, log_of_table, write_build

from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.publication import PublishError

FIGURES_OF_A_LIST = """
    create or replace table main_published.order_audit as
    select 'till' as order_source, {lines} as received_lines, {lines} - 1 as kept_lines;
    create or replace table main_published.order_checks as
    select 'all' as order_source, 'volume' as check_name, 0.5 as found, 'warn' as state
    union all select 'till', 'freshness', 2, 'ok';
    create or replace table main_published.user_recommendation_lists as
    select 'ann' as user_id, 'explore' as list, null as shortfall_reason
    union all select 'bob', 'explore', 'few_new_items_on_sale';
    create or replace table main_published.item_exposure as
    select 'explore' as list, users as user_count, users < 9 as may_be_recommended
    from (values (0), (0), (0), (5), (9)) as shown (users);
    create or replace table main_published.recommendation_verdicts as
    select 'explore' as list, 'better' as verdict, 'Better.' as sentence,
        'also_bought' as published_recommender, 0.25 as ndcg_difference, null as interval_low;
    update main_meta.also_bought_results set seconds = 1.5 where node_id like '%order_audit';
    """
TABLES = (
    "order_audit",
    "order_checks",
    "user_recommendation_lists",
    "item_exposure",
    "recommendation_verdicts",
)


def build(database: Path, run_id: str, lines: int) -> None:
    """Add a build of a few small tables to a database."""
    log = log_of_command("main_meta", run_id)
    log += "".join(log_of_table("main_meta", "main_published", name) for name in TABLES)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists main_published")
        connection.execute(log + FIGURES_OF_A_LIST.format(lines=lines))


def rows(serving_file: Path, query: str) -> list[tuple]:
    """Return the rows of a query as a reader gets them."""
    with duckdb.connect(str(serving_file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_each_publication_adds_its_figures_and_keeps_those_of_all_before(tmp_path):
    database, serving_file = tmp_path / "build.duckdb", tmp_path / "serving" / "shop.duckdb"
    figures = (
        "select subject, name, measure, value from publication_history"
        " where publication_number = {} and subject <> 'table'"
        " order by subject, name, measure"
    )
    of_first = [
        ("list", "explore", "full_list_share", 0.5),
        ("list", "explore", "is_ours_published", 1.0),
        ("list", "explore", "ndcg_difference", 0.25),
        # Of four items on sale one is shown.
        ("list", "explore", "shown_item_share", 0.25),
        ("model", "main_published.order_audit", "build_seconds", 1.5),
        ("order check", "freshness till", "found", 2.0),
        ("order check", "freshness till", "is_failing", 0.0),
        ("order check", "volume all", "found", 0.5),
        ("order check", "volume all", "is_failing", 1.0),
        ("order source", "till", "kept_lines", 99.0),
        ("order source", "till", "received_lines", 100.0),
    ]
    build(database, "run-1", 100)
    first = publish(database, serving_file)
    assert rows(serving_file, figures.format(1)) == of_first
    assert rows(
        serving_file,
        "select name, value from publication_history where measure = 'row_count' order by name",
    ) == [(table.name, table.row_count) for table in first.tables]
    build(database, "run-2", 70)
    publish(database, serving_file)
    assert rows(serving_file, figures.format(1)) == of_first
    assert rows(serving_file, figures.format(2)) == [
        *of_first[:-2],
        ("order source", "till", "kept_lines", 69.0),
        ("order source", "till", "received_lines", 70.0),
    ]
    assert rows(
        serving_file,
        "select distinct publication_number, published_at = (select max(published_at)"
        " from publication) from publication_history order by 1",
    ) == [(1, False), (2, True)]


def test_tables_of_another_shape_are_only_counted(tmp_path):
    database, serving_file = tmp_path / "build.duckdb", tmp_path / "shop.duckdb"
    write_build(database, "run-1")
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create table main_published.order_audit as select 1 as line_count;"
            + log_of_table("main_meta", "main_published", "order_audit")
        )
    publish(database, serving_file)
    assert rows(serving_file, "select distinct subject from publication_history") == [("table",)]


def test_a_publish_that_is_refused_adds_nothing(tmp_path):
    database, serving_file = tmp_path / "build.duckdb", tmp_path / "shop.duckdb"
    build(database, "run-1", 100)
    publish(database, serving_file)
    before = rows(serving_file, "from publication_history")
    with duckdb.connect(str(database)) as connection:
        connection.execute("update main_meta.also_bought_results set status = 'failed'")
    with pytest.raises(PublishError):
        publish(database, serving_file)
    assert rows(serving_file, "from publication_history") == before
