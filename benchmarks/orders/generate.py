"""Writes a synthetic shop: three overlapping, contradicting order tables of any size, as text.

The same size gives the same rows on every machine: every value is a hash of the row's number.
"""

import argparse
from pathlib import Path

import duckdb

# Of each thousand lines; what every shop has, in about these shares.
TRUE_LINES = """
create table true_lines as
with numbered as (
    select
        range as line,
        range // 4 as orders,
        hash(range, 1) as h1,
        hash(range, 2) as h2,
        hash(range // 4, 3) as h_order
    from range({true_lines})
)
select
    line,
    orders / ({true_lines} / 4.0) as place_in_time,
    'O' || lpad(cast(orders as varchar), 9, '0') as order_id,
    cast(line % 4 + 1 as varchar) as line_id,
    -- Some customers order every week, most of them twice a year.
    'C' || lpad(cast(cast(floor(
        {customers} * power((h_order % 1000003) / 1000003.0, 1.6)
    ) as bigint) as varchar), 8, '0') as customer_id,
    'P' || lpad(cast(cast(floor(
        {products} * power((h1 % 1000003) / 1000003.0, 2.5)
    ) as bigint) as varchar), 6, '0') as product_id,
    case when h2 % 50 = 0 then -1 else 1 end * (1 + h1 % 3) as units,
    (100 + h1 % 5000) as pence,
    case when h_order % 50 = 0 then 'cancelled' else 'completed' end as status,
    timestamp '2023-01-01' + to_seconds(
        cast(floor(orders / ({true_lines} / 4.0) * {days} * 86400) as bigint)
    ) as ordered_at,
    h2
from numbered
"""

# Each table has a part of the time, and its own mistakes.
ORDER_TABLE = """
create table raw.{name} as
with copies as (
    -- One line of a hundred is in the table twice.
    select true_lines.*, copy
    from true_lines, (select unnest([1, 2]) as copy)
    where place_in_time >= {first} and place_in_time < {last}
        and (copy = 1 or hash(line, '{name}') % 100 = 0)
)
select
    cast(line * 2 + copy as varchar) as _row,
    order_id,
    {line_id} as line_id,
    case when h2 % 100 = 1 then '' else customer_id end as customer_id,
    product_id,
    case
        when h2 % 1000 = 2 then 'three'
        -- Two of a hundred lines say something else than the other tables.
        when hash(line, '{name}', 7) % 50 = 0 then cast(units + sign(units) as varchar)
        else cast(units as varchar)
    end as units,
    case when h2 % 1000 = 3 then '' else printf('%.2f', pence / 100.0) end as unit_price,
    status,
    strftime(ordered_at, '%Y-%m-%d %H:%M:%S') as ordered_at,
    case when {line_id} is null then null
        else strftime(ordered_at + interval 1 hour, '%Y-%m-%d %H:%M:%S') end as updated_at,
    -- The loader's own column has a type.
    ordered_at + interval 1 day as loaded_at
from copies
"""

ORDER_TABLES = {
    "orders_v2": {"first": 0, "last": 0.7, "line_id": "null"},
    "orders_final": {"first": 0.3, "last": 1, "line_id": "null"},
    "orders_final_final": {"first": 0.5, "last": 1, "line_id": "line_id"},
}
RECEIVED_PER_TRUE_LINE = 1.9 * 1.01


def generate(database: Path, received_lines: int) -> None:
    """Write the shop into `database`, with about `received_lines` lines in its order tables."""
    true_lines = int(received_lines / RECEIVED_PER_TRUE_LINE)
    size = {
        "true_lines": true_lines,
        "customers": max(100, true_lines // 25),
        "products": min(50_000, max(100, true_lines // 100)),
        "days": 1000,
    }
    database.unlink(missing_ok=True)
    connection = duckdb.connect(str(database), config={"threads": 2, "memory_limit": "8GB"})
    connection.execute("create schema raw")
    connection.execute(TRUE_LINES.format(**size))
    for name, table in ORDER_TABLES.items():
        connection.execute(ORDER_TABLE.format(name=name, **table))
    connection.execute("drop table true_lines")
    connection.execute(
        f"""
        create table raw.products as
        select
            'P' || lpad(cast(range as varchar), 6, '0') as product_id,
            hash(range, 5) % 100 > 0 as is_merchandise
        from range({size["products"]})
        where hash(range, 6) % 200 > 0
        """
    )
    connection.close()


def generate_day(shop: Path, yesterday: Path, today: Path) -> None:
    """Write a shop as it was yesterday, and with what its last day brought.

    Of each hundred lines about one is loaded today: of ten of those eight are of new orders, one is
    late, and one says something else than yesterday.
    """
    for database in (yesterday, today):
        database.unlink(missing_ok=True)
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "8GB"})
    for alias, database in {"shop": shop, "yesterday": yesterday, "today": today}.items():
        connection.execute(f"attach '{database}' as {alias}")
    sizes = {
        name: connection.execute(f"select count(*) from shop.raw.{name}").fetchone()[0]
        for name in ORDER_TABLES
    }
    open_tables = [name for name, table in ORDER_TABLES.items() if table["last"] == 1]
    share = 0.008 * sum(sizes.values()) / sum(sizes[name] for name in open_tables)
    loads = " union all ".join(f"select loaded_at from shop.raw.{name}" for name in open_tables)
    first_new, last = connection.execute(
        f"select quantile_disc(loaded_at, {1 - share}), max(loaded_at) from ({loads})"
    ).fetchone()
    for alias in ("yesterday", "today"):
        connection.execute(f"create schema {alias}.raw")
        connection.execute(f"create table {alias}.raw.products as from shop.raw.products")
    for name in ORDER_TABLES:
        lines = f"""
            select
                *,
                loaded_at >= '{first_new}' as is_new,
                hash(_row, '{name}', 8) % 1000 = 0 as is_late,
                hash(_row, '{name}', 8) % 1000 = 1 as is_corrected
            from shop.raw.{name}
        """
        flags = "is_new, is_late, is_corrected"
        connection.execute(
            f"""
            create table yesterday.raw.{name} as
            select * exclude ({flags}) from ({lines}) where not is_new and not is_late
            """
        )
        connection.execute(
            f"""
            create table today.raw.{name} as
            select * exclude ({flags}) replace (
                case when is_new or is_late or is_corrected then timestamp '{last}'
                    else loaded_at end as loaded_at,
                case when is_corrected and not is_new then units || '0' else units end as units
            )
            from ({lines})
            """
        )
    connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("--lines", type=int, default=5_000_000)
    arguments = parser.parse_args()
    generate(arguments.database, arguments.lines)
