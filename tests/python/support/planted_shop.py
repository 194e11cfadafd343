"""A little shop of planted orders: one order table, one catalogue, no customers of other kinds."""

import csv
import json
from pathlib import Path

from dbt_project import Project, copy_repository
from small_shop import write_files

# Reads `orders.csv`: order_id, customer_id, product_id, ordered_at.
ORDERS_MODEL = """
    select
        'till' as order_source, order_id || product_id as source_row,
        order_id || product_id as received_text, order_id,
        cast(null as text) as order_line_id, customer_id, product_id,
        cast(1 as bigint) as quantity, '1' as received_quantity,
        cast(null as decimal(18, 4)) as unit_price, 'completed' as order_status,
        cast(ordered_at as timestamp) as ordered_at, ordered_at as received_ordered_at,
        cast(null as timestamp) as updated_at
    from {{ source('raw', 'orders') }}
    """

SHOP = {
    "packages.yml": "packages: [local: ../]",
    "profiles.yml": """
        planted_shop:
          target: duckdb
          outputs:
            duckdb: {type: duckdb, path: build.duckdb, schema: main, threads: 2}
        """,
    "models/sources.yml": """
        sources:
          - name: raw
            config:
              meta: {external_location: "read_csv('{name}.csv', all_varchar = true)"}
            tables: [{name: orders}, {name: products}]
        """,
    "models/stg_products.sql": """
        select
            product_id, 'Name of ' || product_id as product_name, category, brand,
            cast(price as decimal(18, 4)) as price, true as is_merchandise,
            cast(null as date) as launched_on, cast(null as date) as discontinued_on,
            true as is_in_stock, false as is_blocked
        from {{ source('raw', 'products') }}
        """,
    "models/stg_orders.sql": ORDERS_MODEL,
}


def write_csv(path: Path, header: str, rows: list[tuple]) -> None:
    """Write a file of comma-separated values."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])


def planted_shop(
    root: Path, orders: list[tuple], products: list[tuple], **settings: object
) -> Project:
    """Write the package to `root` and a shop beside it, and install the one in the other.

    Parameters
    ----------
    root : pathlib.Path
        An empty folder.
    orders : list of tuple
        Order, customer, product and time of each line.
    products : list of tuple
        Product, category, brand and price.
    **settings : object
        Vars without the prefix.

    Returns
    -------
    Project
        The shop, not built yet.
    """
    copy_repository(root)
    shop = Project(root / "shop", "build.duckdb")
    names = {
        "order_sources": ["stg_orders"],
        "products": "stg_products",
        "customers": None,
        "evaluation_days": 7,
    }
    write_files(shop.root, SHOP)
    shop.root.joinpath("dbt_project.yml").write_text(
        json.dumps(
            {
                "name": "planted_shop",
                "version": "1.0.0",
                "profile": "planted_shop",
                "flags": {"send_anonymous_usage_stats": False},
                "models": {"planted_shop": {"+materialized": "view"}},
                "vars": {
                    f"also_bought__{name}": value for name, value in (names | settings).items()
                },
            }
        )
    )
    write_csv(shop.root / "orders.csv", "order_id,customer_id,product_id,ordered_at", orders)
    write_csv(shop.root / "products.csv", "product_id,category,brand,price", products)
    shop.dbt("deps")
    return shop
