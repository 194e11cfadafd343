"""A real shop's lines, cut into two extracts with days in common: no order may count twice.

`make test` takes two months of Online Retail, `make test-long` the year.
"""

from pathlib import Path

import duckdb
import pytest
from corpus import corpus_project, write_raw_tables
from dbt_project import IS_LONG, Project
from online_retail import RETAIL

# Nine days in common.
LATE_FROM, EARLY_UNTIL, END = (
    ("2011-06-01", "2011-06-10", "2012-01-01")
    if IS_LONG
    else ("2011-01-10", "2011-01-19", "2011-02-01")
)
EARLY = f"ordered_at < '{EARLY_UNTIL}'"
LATE = f"ordered_at >= '{LATE_FROM}'"

pytestmark = pytest.mark.skipif(not RETAIL.exists(), reason=f"There is no file {RETAIL}.")


def shop_of(root: Path, **tables: str) -> Project:
    """Build a shop whose raw tables are queries on `lines`, each shuffled in its own way."""
    project = corpus_project(root, max_rejected_share=1)
    write_raw_tables(project, [])
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(f"""
            create temp table lines as
            select
                'Retail' as case_id,
                cast(file_row_number as varchar) as row_id,
                "InvoiceNo" as order_id,
                replace("CustomerID", '.0', '') as customer_id,
                upper("StockCode") as product_id,
                "Quantity" as quantity,
                "UnitPrice" as unit_price,
                "InvoiceDate" as ordered_at
            from read_parquet('{RETAIL}', file_row_number = true)
            where "InvoiceDate" < '{END}'
        """)
        for table, query in tables.items():
            connection.execute(f"""
                insert into raw.{table} by name
                select *, 'paid' as status from ({query}) order by hash(row_id, '{table}')
            """)
        connection.execute("""
            insert into raw.products by name
            select distinct
                product_id,
                'merchandise' as kind,
                '5' as stock,
                'no' as blocked,
                'no' as sensitive
            from lines
        """)
    project.dbt("--quiet", "run", "--select", "+order_lines", "+order_audit")
    return project


def content(project: Project) -> list[tuple]:
    """Return the order lines that count, in order, without their provenance."""
    return project.rows(
        "select order_id, customer_id, product_id, ordered_quantity, returned_quantity,"
        " net_quantity, unit_price, ordered_at from main_orders.order_lines order by all"
    )


@pytest.fixture(scope="module")
def uncut(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the shop from one table that has every line."""
    return shop_of(tmp_path_factory.mktemp("uncut"), orders_final_final="from lines")


def test_a_line_and_its_equal_copies_are_one_purchase(uncut):
    # Told apart from the models. Lines of a product that differ in quantity or price are all there.
    purchases = uncut.rows(
        "select distinct order_id, customer_id, product_id, quantity::bigint as quantity,"
        " unit_price::decimal(18, 4) as unit_price, ordered_at from raw.orders_final_final"
        " where customer_id is not null and quantity::bigint > 0 and unit_price::double > 0"
        " order by all"
    )
    judged = uncut.rows(
        "select order_id, customer_id, product_id, quantity, unit_price,"
        " timezone('Europe/London', timezone('UTC', ordered_at))::varchar as ordered_at"
        " from main_orders.order_line_verdicts"
        " where verdict = 'kept' or verdict_reason = 'fully_returned' order by all"
    )
    assert judged == purchases


def test_extracts_with_nine_days_in_common_one_of_them_replayed_are_the_uncut_table(
    uncut, tmp_path
):
    cut = shop_of(
        tmp_path,
        orders_final_final=f"from lines where {EARLY}",
        # The days in common twice within one table, too.
        orders_final=(
            f"from lines where {LATE} union all by name from lines where {EARLY} and {LATE}"
        ),
        orders_v2=f"select * replace ('again ' || row_id as row_id) from lines where {EARLY}",
    )
    assert content(cut) == content(uncut)
    audit = cut.rows(
        "select order_source, kept_lines > 0, lines_only_here > 0, contradicting_lines"
        " from main_published.order_audit order by order_source"
    )
    assert audit == [
        ("Retail orders_final", True, True, 0),
        ("Retail orders_final_final", True, False, 0),
        ("Retail orders_v2", False, False, 0),
    ]
