"""Faults that somebody might leave in published tables: a data test finds each."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ITEM_LISTS, REASONS = (
    "assert_item_lists_are_full_or_say_why",
    "assert_reasons_are_those_of_their_evidence",
)
SENTENCES = "assert_sentences_say_their_figures"
FAULTS = {
    "half of the rows of items are gone": (
        "delete from main_published.item_recommendations where rank > 5",
        ITEM_LISTS,
    ),
    "items sold ten times as often": (
        "update main_published.popular_items set order_count = order_count * 10",
        "assert_popular_items_sold_that_often",
    ),
    "reasons of others in the lists": (
        "update main_published.user_recommendations set reason = case"
        " when reason = 'a top seller' then 'you ordered it before' else 'a top seller' end",
        REASONS,
    ),
    "reasons of others beside their evidence": (
        "update main_published.recommendation_reasons set reason ="
        " case when strategy = 'top_sellers' then 'you ordered it before' else 'a top seller' end",
        REASONS,
    ),
    "neighbours that never voted": (
        "update main_published.recommendation_reasons set voting_neighbours = 99,"
        " reason = 'bought by 99 of your ' || neighbour_count || ' nearest neighbours'"
        " where voting_neighbours is not null",
        REASONS,
    ),
    "neighbours that never voted, in the lists": (
        "update main_published.user_recommendations set voting_neighbours = 99"
        " where voting_neighbours is not null",
        REASONS,
    ),
    "a sentence of a verdict with another figure": (
        "update main_published.recommendation_verdicts set sentence ="
        " replace(sentence, 'differs by 0.', 'differs by 0.9') where list = 'explore'",
        SENTENCES,
    ),
    "a sentence of a verdict with another word": (
        "update main_published.recommendation_verdicts set sentence ="
        " replace(sentence, 'No difference shown', 'Better') where verdict <> 'better'",
        SENTENCES,
    ),
    "a sentence of the history": (
        "update main_published.recommendation_figures set sentence ="
        " replace(sentence, 'may be chance', 'is surely above zero')",
        SENTENCES,
    ),
}


@pytest.fixture(scope="module")
def demo_database(demo_of_module) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, str]]]:
    """Yield the build database of the demo shop, and the SQL of each data test of its lists."""
    compiled: Path = demo_of_module.root / "target" / "compiled" / "also_bought" / "tests"
    tests = {
        file.stem: file.read_text(encoding="utf-8")
        for folder in ("recommendations", "evaluation")
        for file in (compiled / folder).glob("*.sql")
    }
    with duckdb.connect(str(demo_of_module.database)) as connection:
        yield connection, tests


def failing(connection: duckdb.DuckDBPyConnection, tests: dict[str, str]) -> set[str]:
    """Return the names of the data tests that find something."""
    return {
        name
        for name, test in tests.items()
        if connection.execute(f"select 1 from (\n{test}\n) as failures limit 1").fetchall()
    }


def test_no_data_test_finds_anything_in_the_demo_shop(demo_database):
    connection, tests = demo_database
    assert {test for _, test in FAULTS.values()} <= set(tests)
    assert failing(connection, tests) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_published_table_is_found(demo_database, fault):
    connection, tests = demo_database
    statement, test = FAULTS[fault]
    connection.begin()
    try:
        [(changed,)] = connection.execute(statement).fetchall()
        assert changed > 0
        assert failing(connection, {test: tests[test]}) == {test}
    finally:
        connection.rollback()
