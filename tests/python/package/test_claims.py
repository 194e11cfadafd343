"""Each kind of claim that the YAML makes about a table is seen broken where it is broken."""

import duckdb
import pytest

PUBLISHED = "main_published"
RANKING = "main_ranking"

BROKEN = {
    "a null": (
        "assert_items_are_sound",
        "update main_interactions.items set item_id = null where item_key = 1",
        {"item_id is not null"},
    ),
    "a value that is none of the accepted": (
        "assert_popular_items_are_sound",
        f"update {PUBLISHED}.popular_items set time_window = 'lately' where time_window = 'recent'",
        {"time_window is an accepted value"},
    ),
    "an expression about a column": (
        "assert_user_item_counts_are_sound",
        "update main_interactions.user_item_counts set order_count = 0"
        " where user_id = (select min(user_id) from main_interactions.user_item_counts)",
        {"order_count >= 1"},
    ),
    "an expression about a row": (
        "assert_order_lines_are_sound",
        "update main_orders.order_lines set net_quantity = net_quantity + 1",
        {"order_lines_net_quantity_is_ordered_less_returned"},
    ),
    "a row that is there twice": (
        "assert_published_candidates_are_sound",
        f"insert into {RANKING}.published_candidates from {RANKING}.published_candidates",
        {"user_key, list, rank is unique"},
    ),
    "a gap in the ranks": (
        "assert_popular_items_are_sound",
        f"delete from {PUBLISHED}.popular_items where rank = 2",
        {"rank has no gaps"},
    ),
    "a value that rises with the rank": (
        "assert_popular_items_are_sound",
        f"update {PUBLISHED}.popular_items set customer_count = customer_count + 1000000"
        " where rank > 3",
        {"customer_count never rises with rank"},
    ),
    "equals that stand in the wrong order": (
        "assert_item_neighbours_are_sound",
        "update main_neighbours.item_neighbours set similarity = 0.5,"
        " neighbour_id = chr(cast(1000 - rank as int))",
        {
            "item_neighbours_similarity_follows_from_the_evidence",
            "similarity never rises with rank",
        },
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_claim_is_named_and_no_other(built_demo, broken):
    name, change, claims = BROKEN[broken]
    (test,) = (built_demo.root / "target" / "compiled").rglob(f"{name}.sql")
    with duckdb.connect(str(built_demo.database)) as connection:
        assert connection.execute(test.read_text()).fetchall() == []
        connection.execute("begin")
        connection.execute(change)
        found = dict(connection.execute(test.read_text()).fetchall())
        connection.execute("rollback")
    assert set(found) == claims
    assert min(found.values()) > 0
