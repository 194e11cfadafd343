"""One account that orders like a machine, against the lists of everybody else."""

import duckdb
from dbt_project import Project

LISTS = """
    select user_id || ' ' || list, item_id, rank
    from main_published.user_recommendations where user_id <> 'machine'
    union all
    select item_id, recommended_item_id, rank from main_published.item_recommendations
"""
LEAST_SOLD = """
    select product_id from main_orders.order_lines
    join main_published.products using (product_id)
    where may_be_recommended group by all order by count(*), product_id limit 2
"""


def order(project: Project, product: str, times: int, quantity: int) -> None:
    """Let one account order a product so many times on the last day."""
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            f"""
            insert into main_orders.order_lines by name
            select product_id || n || ' of {quantity}' as received_line_id,
                'machine' as order_source, received_line_id as order_id,
                'machine' as customer_id, product_id, product_id as ordered_product_id,
                {quantity} as ordered_quantity, 0 as returned_quantity,
                {quantity} as net_quantity, last as ordered_at, 1 as received_copies
            from (select ? as product_id), range({times}) as numbers (n),
                (select max(ordered_at) as last from main_orders.order_lines)
            """,
            [product],
        )


def lists_of_others(project: Project) -> dict[tuple[str, str], int]:
    """Build the lists, and return the rank of each item in each list but the account's own."""
    project.dbt("run", "--select", "path:models/interactions+")
    return {(of, item): rank for of, item, rank in project.rows(LISTS)}


def test_a_thousand_orders_and_a_million_units_move_nobody_by_more_than_a_rank(demo):
    [(product,), (other,)] = demo.rows(LEAST_SOLD)
    order(demo, other, times=1, quantity=1)
    order(demo, product, times=1, quantity=1)
    before = lists_of_others(demo)
    order(demo, product, times=1000, quantity=1000000)
    after = lists_of_others(demo)
    assert len(before) > 1000
    moved = {
        place: (before.get(place, 11), after.get(place, 11))
        for place in before.keys() | after.keys()
        if abs(before.get(place, 11) - after.get(place, 11)) > 1
    }
    assert moved == {}
