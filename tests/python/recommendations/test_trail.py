"""The trail: from a recommendation to the lines behind it, and from a line to what became of it."""

import duckdb
from dbt_project import REPOSITORY

_, BEHIND_A_LIST, OF_A_LINE = (
    part.partition("```")[0]
    for part in (REPOSITORY / "docs" / "publishing.md")
    .read_text(encoding="utf-8")
    .partition("## From a recommendation to the lines behind it")[2]
    .split("```sql\n")
)
BOUGHT = """
    select received_line_id, product_id from main_orders.order_lines where customer_id = ?
    """


def test_each_line_behind_a_recommendation_counts_and_is_of_that_customer_and_item(built_demo):
    """The query of the page, for every customer: it finds all lines of the item, and no other."""
    assert BEHIND_A_LIST.count("'C0001'") == 1
    with duckdb.connect(str(built_demo.database), read_only=True) as connection:
        connection.execute("set search_path = 'main_published'")
        users = connection.execute(
            "select distinct user_id from recommendation_reasons order by user_id limit 40"
        ).fetchall()
        strategies = set()
        for (user,) in users:
            bought = dict(connection.execute(BOUGHT, [user]).fetchall())
            lines_of = {}
            for line, item in bought.items():
                lines_of.setdefault(item, set()).add(line)
            found = {}
            for _, _, item, strategy, line, product, _, verdict in connection.execute(
                BEHIND_A_LIST.replace("'C0001'", f"'{user}'")
            ).fetchall():
                assert verdict == "kept"
                assert bought[line] == product
                assert strategy != "own_history" or product == item
                found.setdefault(product, set()).add(line)
                strategies.add(strategy)
            assert all(lines == lines_of[product] for product, lines in found.items())
    assert strategies == {"own_history", "item_neighbours", "item_regression"}


def test_a_line_is_found_by_its_source_and_row(built_demo):
    with duckdb.connect(str(built_demo.database), read_only=True) as connection:
        connection.execute("set search_path = 'main_published'")
        [(line, survivor)] = connection.execute(
            "select received_line_id, survivor_line_id from order_line_trail"
            " where verdict = 'superseded' and survivor_line_id is not null"
            " order by received_line_id limit 1"
        ).fetchall()
        asked = OF_A_LINE.replace("orders_v2 100001", line)
        [row] = connection.sql(asked).fetchdf().to_dict("records")
        assert row["verdict"] == "superseded"
        assert row["in_plain_words"].startswith("A more trusted table has the line too")
        [(verdict,)] = connection.execute(
            "select verdict from order_line_trail where received_line_id = ?", [survivor]
        ).fetchall()
        assert verdict != "superseded"
