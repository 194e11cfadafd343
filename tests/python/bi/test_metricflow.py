"""The semantic layer in examples/semantic_layer, queried by MetricFlow and compared with SQL."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dbt_project import REPOSITORY, Project

MF = Path(sys.executable).with_name("mf")
# What is asked of MetricFlow, and the same figures from other tables than those it reads: of fewer
# than five people none, and people in steps of five.
QUERIES = {
    "kept_lines,ordered_units,ordered_revenue by metric_time__month": """
        select date_trunc('month', ordered_at), count(*), sum(ordered_quantity),
            sum(ordered_quantity * unit_price)
        from {order_lines} group by 1""",
    "received_lines,rejected_lines,rejected_share by order_lines__order_source": """
        select order_source, received_lines, rejected_lines, rejected_lines / received_lines
        from {order_audit}""",
    "product_units,product_revenue,list_places,shown_products by product__category": """
        with sold as (
            select product_id, sum(net_quantity) as units, sum(net_quantity * unit_price) as revenue
            from {order_lines} group by product_id having count(distinct customer_id) >= 5
        ), shown as (
            select item_id, sum(places - places % 5) as places
            from (
                select item_id, list, count(*) as places
                from {user_recommendations} group by item_id, list
            )
            group by item_id
        )
        select category, coalesce(sum(sold.units), 0), coalesce(sum(sold.revenue), 0),
            coalesce(sum(places), 0), count(case when places > 0 then item_id end)
        from {products} as products
        left join sold on products.product_id = sold.product_id
        left join shown on products.product_id = shown.item_id
        group by category""",
    "list_places by place__list": """
        select list, sum(places - places % 5)
        from (
            select item_id, list, count(*) as places
            from {user_recommendations} group by item_id, list
        )
        group by list""",
}


@pytest.fixture(scope="module")
def shop(demo_of_module: Project) -> Project:
    """Return the demo shop with our semantic layer among its models."""
    shutil.copytree(
        REPOSITORY / "examples" / "semantic_layer", demo_of_module.root / "models" / "semantic"
    )
    demo_of_module.dbt("run", "--select", "time_spine")
    return demo_of_module


def mf_rows(shop: Project, asked: str) -> list[tuple[str, ...]]:
    """Return the rows of a query of MetricFlow, dimension first."""
    metrics, _, group = asked.partition(" by ")
    answer = shop.root / "answer.csv"
    query = ("query", "--metrics", metrics, "--group-by", group, "--csv", str(answer))
    ran = subprocess.run(
        [MF, *query],
        cwd=shop.root,
        env=os.environ | {"DBT_PROFILES_DIR": str(shop.root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    with answer.open() as file:
        header, *rows = csv.reader(file)
    assert header == [group, *metrics.split(",")]
    return sorted(map(tuple, rows))


@pytest.mark.parametrize("asked", QUERIES)
def test_metrics_equal_sql(shop, asked):
    expected = sorted(
        (str(group), *map(float, figures))
        for group, *figures in shop.rows(QUERIES[asked].format(**shop.public_tables()))
    )
    assert len(expected) >= 3
    assert [(group, *map(float, figures)) for group, *figures in mf_rows(shop, asked)] == [
        (group, *(pytest.approx(figure, rel=1e-12) for figure in figures))
        for group, *figures in expected
    ]


def test_only_figures_that_add_up_are_offered(shop):
    """What has an interval means nothing without it, and what is about one person is not read."""
    manifest = json.loads((shop.root / "target" / "manifest.json").read_text())
    read = {
        node
        for model in manifest["semantic_models"].values()
        for node in model["depends_on"]["nodes"]
    }
    assert len(read) >= 3
    for node in read:
        model = manifest["nodes"][node]
        assert model["config"]["meta"]["published_group"] == "bi", node
        assert not any(column.endswith("_low") for column in model["columns"]), node
