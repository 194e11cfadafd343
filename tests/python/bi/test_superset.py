"""The dashboards in Superset, each figure compared with SQL: `make test-superset`."""

import datetime
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt_project import REPOSITORY, Project

from also_bought.publishing.duckdb_file import publish

if "ALSO_BOUGHT_TEST_SUPERSET" not in os.environ:
    pytest.skip("needs Superset: make test-superset", allow_module_level=True)

from playwright.sync_api import sync_playwright
from superset_server import IMPORT, PASSWORD, PROGRAMS, USER, Superset

# What each chart must show, by dashboard and title.
EXPECTED = {
    ("Shop manager", "Is it better, and than what?"): """
        select list, verdict, sentence from recommendation_verdicts order by list""",
    ("Shop manager", "Which publication is this?"): """
        select distinct publication_number as "Publication" from publication""",
    ("Shop manager", "What was ordered month by month?"): """
        select cast(date_trunc('month', ordered_on) as timestamp) as ordered_on,
            cast(sum(revenue) as double) as "Ordered revenue"
        from daily_order_lines where verdict = 'kept' group by 1 order by 1""",
    ("Shop manager", "What sells best lately?"): """
        select item_name, customer_count as "Customers" from popular_items
        where time_window = 'recent' and rank <= 10 order by customer_count desc, item_name""",
    ("Shop manager", "How much stayed since the last publication?"): """
        select list, user_count, row_count, shared_row_count, overlap
        from list_overlap order by list""",
    ("Merchandiser", "What is also bought?"): """
        select item_name, rank, recommended_item_name, shared_users, reason
        from item_recommendations where rank <= 3 order by item_id, rank""",
    ("Merchandiser", "Which categories sell?"): """
        select category, cast(sum(revenue) as double) as "Revenue"
        from products group by category order by sum(revenue) desc, category""",
    ("Merchandiser", "Why are products on nobody's list?"): """
        select not_shown_because, count(*) as "Places without a customer"
        from item_exposure where mean_rank is null
        group by not_shown_because order by count(*) desc, not_shown_because""",
    ("Merchandiser", "Which products may not be recommended, and why?"): """
        select product_name, category, not_recommended_because, order_count, customer_count
        from products where not_recommended_because is not null
        order by order_count desc, product_id""",
    ("Merchandiser", "Which products have too few neighbours, and why?"): """
        select item_name, also_bought_rows, wanted_rows, shortfall_reason
        from item_recommendation_lists where also_bought_rows < wanted_rows
        order by also_bought_rows, item_id""",
    ("Merchandiser", "What comes back?"): """
        select item_name, purchase_count, returned_count, returned_share, returned_low,
            returned_high, is_often_returned
        from product_returns order by returned_low desc, item_id""",
    ("Analyst", "How did the lists do against each baseline, with the interval?"): """
        select cut_at, list, baseline, target_set, sentence, difference_low, difference_high,
            user_count
        from recommendation_figures
        where metric = 'ndcg' and evaluated_ranks = 10 and segment = 'all'
        order by evaluation_number desc, list, baseline, target_set""",
    ("Analyst", "How much is known about the customers, and how full are their lists?"): """
        select list, segment, user_count, full_list_count, mean_row_count
        from customer_segments order by list, user_count desc, segment""",
    ("Analyst", "What must each list beat?"): """
        select list, recommender, role, ranks_by
        from recommender_definitions order by list, recommender""",
    ("Analyst", "What does a metric mean?"): """
        select metric_name, in_plain_words, may_be_concluded, may_not_be_concluded
        from metric_definitions order by metric""",
    ("Data engineer", "What became of the received lines?"): """
        select order_source, kept_lines as "Kept", duplicate_lines as "Duplicate",
            superseded_lines as "Superseded", cancelled_lines as "Cancelled",
            rejected_lines as "Rejected", later_lines as "Later"
        from order_audit order by kept_lines desc, order_source""",
    ("Data engineer", "When were the rejected lines ordered?"): """
        select cast(date_trunc('month', ordered_on) as timestamp) as ordered_on,
            sum(line_count) as "Rejected"
        from daily_order_lines where verdict = 'rejected' and ordered_on is not null
        group by 1 order by 1""",
    ("Data engineer", "Which checks passed?"): """
        select order_source, check_name, state, sentence, accepted_because
        from order_checks order by state desc, order_source, check_name""",
    ("Data engineer", "Does finance count the same?"): """
        select order_source, cast(period_start as timestamp) as period_start,
            cast(period_end as timestamp) as period_end, measure, cast(stated as double) as stated,
            cast(kept as double) as kept, cast(difference as double) as difference,
            is_within_tolerance
        from control_total_differences
        order by is_within_tolerance, control_total_differences.period_start desc, order_source""",
    ("Data engineer", "What is published?"): """
        select publication_number, published_at, build_number, table_name, row_count
        from publication order by table_name""",
    ("Data engineer", "What was each publication like?"): """
        select publication_number, published_at, name, measure, value from publication_history
        where name in (select order_source from order_audit) and measure like '%lines'
        order by publication_number desc, name, measure""",
}
# It has no rows in a first publication.
MAY_BE_EMPTY = "How much stayed since the last publication?"
PICTURES = REPOSITORY / "target" / "superset"


def query(serving: Path, sql: str) -> list[dict]:
    """Return rows as Superset's API writes them: times are milliseconds since 1970, UTC."""
    with duckdb.connect(str(serving), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()

    def written(value: object) -> object:
        if isinstance(value, datetime.datetime):
            return value.replace(tzinfo=datetime.UTC).timestamp() * 1000
        return value

    return [dict(zip(names, map(written, row), strict=True)) for row in rows]


@pytest.fixture(scope="module")
def serving(demo_of_module: Project) -> Path:
    """Return the figures of the demo shop's first publication, in which no person is."""
    with duckdb.connect(str(demo_of_module.database)) as connection:
        # The demo shop has no finance department.
        connection.execute(
            "insert into main_published.control_total_differences values"
            " ('all', date '2025-01-01', date '2025-02-01', 'line_count', 300, 300, 0, true),"
            " ('all', date '2025-02-01', date '2025-03-01', 'revenue', 9000.5, 8000.25, -1000.25,"
            " false)"
        )
    publish(demo_of_module.database, demo_of_module.root / "serving.duckdb")
    return demo_of_module.root / "serving_bi.duckdb"


def address(serving: Path) -> str:
    """Return where Superset finds a published file, to read it."""
    return f"duckdb:///{serving}?access_mode=read_only"


@pytest.fixture(scope="module")
def superset(serving: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    """Return a Superset that has imported our dashboards."""
    server = Superset(tmp_path_factory.mktemp("superset"))
    server.import_dashboards(address(serving))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def charts(superset: Superset) -> dict[tuple[str, str], dict]:
    """Return the charts by dashboard and title."""
    return {
        (board["dashboard_title"], chart["slice_name"]): chart
        for board in superset.all_of("dashboard")
        for chart in superset.ask(f"dashboard/{board['id']}/charts")["result"]
    }


def test_every_chart_shows_what_sql_returns(superset, serving):
    shown = charts(superset)
    assert shown.keys() == EXPECTED.keys()
    for key, chart in shown.items():
        expected = query(serving, EXPECTED[key])
        assert expected or key[1] == MAY_BE_EMPTY, key
        assert superset.rows(chart) == expected, key


def test_a_table_that_is_not_published_is_named(tmp_path):
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    empty = f"duckdb:///{tmp_path}/empty.duckdb"
    stopped = subprocess.run(
        [PROGRAMS / "python", IMPORT, empty], capture_output=True, text=True, check=False
    )
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("There is no table control_total_differences")
    assert len(stopped.stderr.splitlines()) <= 5


def test_columns_have_the_descriptions_of_the_published_tables(superset, serving):
    for dataset in superset.all_of("dataset"):
        table = dataset["table_name"]
        columns = superset.ask(f"dataset/{dataset['id']}")["result"]["columns"]
        described = query(
            serving,
            f"select column_name, comment from duckdb_columns() where table_name = '{table}'",
        )
        assert {column["column_name"]: column["description"] for column in columns} == {
            column["column_name"]: column["comment"] for column in described
        }


def test_dashboards_are_drawn_without_an_error(superset):
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_page(viewport={"width": 1400, "height": 1400})
        page.goto(f"{superset.url}/login/")
        page.fill("#username", USER)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/welcome/")
        for board in superset.all_of("dashboard"):
            page.goto(superset.url + board["url"])
            titles = {title for name, title in EXPECTED if name == board["dashboard_title"]}
            for title in titles:
                page.get_by_text(title, exact=True).first.wait_for(timeout=60_000)
            page.wait_for_function(
                "!document.querySelector('.loading, [data-test=loading-indicator]')"
            )
            page.screenshot(path=PICTURES / f"{board['slug']}.png", full_page=True)
            drawn = page.locator("[data-test=chart-container], .slice_container")
            assert drawn.count() >= len(titles)
            assert page.get_by_text("Unexpected error").count() == 0
            assert page.locator(".ant-alert-error").count() == 0
        chromium.close()


def test_nothing_can_be_written(superset, serving):
    """Superset refuses it, and DuckDB does where an administrator lifts that."""
    (database,) = superset.all_of("database")
    before = serving.read_bytes()
    statement = {"database_id": database["id"], "sql": "delete from popular_items"}
    for allow_dml, refusal in ((False, "DML"), (True, "read-only")):
        status, answer = superset.tell(
            "PUT", f"database/{database['id']}", {"allow_dml": allow_dml}
        )
        assert status == 200, answer
        status, answer = superset.tell("POST", "sqllab/execute/", statement)
        assert status >= 400, answer
        assert refusal in answer
    assert serving.read_bytes() == before


def test_the_next_publication_is_seen_without_a_restart(superset, serving, demo_of_module):
    publish(demo_of_module.database, demo_of_module.root / "serving.duckdb")
    for key, chart in charts(superset).items():
        assert superset.rows(chart) == query(serving, EXPECTED[key]), key
    (shown,) = superset.rows(charts(superset)["Shop manager", "Which publication is this?"])
    assert shown == {"Publication": 2}


def test_the_next_import_replaces_what_was_changed_by_hand(superset, serving):
    changed = charts(superset)["Shop manager", "Which publication is this?"]
    status, answer = superset.tell("PUT", f"chart/{changed['id']}", {"slice_name": "Changed"})
    assert status == 200, answer
    assert ("Shop manager", "Changed") in charts(superset)
    superset.import_dashboards(address(serving))
    assert charts(superset).keys() == EXPECTED.keys()
