"""Orders of chance in the place of a built project's own."""

import duckdb
import pyarrow as pa
from dbt_project import Project


def put_orders(project: Project, lines: list[tuple[str, str, str, int]]) -> None:
    """Put lines of customer, product, order and day in the place of the orders."""
    columns = zip(*lines, strict=True)
    drawn = pa.table(dict(zip(["customer", "product", "id", "day"], columns, strict=True)))
    with duckdb.connect(str(project.database)) as connection:
        connection.register("drawn", drawn)
        connection.execute("""
            delete from main_orders.order_lines;
            insert into main_orders.order_lines by name
            select row_number() over () || ' drawn' as received_line_id, 'drawn' as order_source,
                id as order_id, customer as customer_id, product as product_id,
                product as ordered_product_id, 1 as ordered_quantity, 0 as returned_quantity,
                1 as net_quantity, timestamp '2024-01-01 12:00:00' + to_days(day) as ordered_at,
                1 as received_copies
            from drawn;
            delete from main_orders.catalogue;
            insert into main_orders.catalogue by name
            select distinct product as product_id, product as product_code,
                product as product_name, true as is_merchandise, true as is_in_stock,
                false as is_blocked, false as is_sensitive
            from drawn
        """)
