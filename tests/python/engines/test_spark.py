"""The demo shop on a real Spark cluster: `make test-spark`.

One master, two workers and a Thrift server on this machine build everything with all tests; what
comes out is compared with DuckDB, table by table.
"""

import datetime
import os
import time
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from corpus import CASES_FILE, corpus_project, read_cases, write_raw_tables
from dbt_project import IS_LONG, Project, copy_repository
from engine_tables import differences
from online_retail import RETAIL, online_retail

from also_bought.kernel.neighbours import cosine_neighbours

if "ALSO_BOUGHT_TEST_SPARK" not in os.environ:
    pytest.skip("takes minutes and needs Java: make test-spark", allow_module_level=True)

from pyhive import hive
from small_disk import enlarge, small_disk
from spark_cluster import LOOPBACK, SMALL_TABLES, SparkCluster, spark_cluster

# The same day for both engines, or what is on sale could change in between. Only the kernel can
# regress items on each other, and learn blends.
SAME = "also_bought__regression_items: 0, also_bought__learned_blends: false"
VARS = f"{{also_bought__as_of: {datetime.date.today()}, {SAME}}}"
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# They compare floats to the last bit, and logarithms of Java and of C differ there.
UNIT_TESTS_OF_LAST_BITS = (
    "measure_each_blend_on_the_earlier_cuts_only",
    "of_hits_at_ranks_1_and_3",
    "of_one_hit_at_rank_3_of_four_targets",
)
# Of a shop of a hundred thousand lines, whose columns need quotation marks.
RETAIL_TABLES = {
    "spark.sql.shuffle.partitions": "4",
    "spark.executor.memory": "1800m",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
}
SECONDS = 1800


@pytest.fixture(scope="module")
def cluster() -> Iterator[SparkCluster]:
    """Return a cluster of two workers that answers SQL."""
    with spark_cluster(workers=2) as running:
        running.start_thrift_server(**SMALL_TABLES)
        yield running


@pytest.fixture(scope="module")
def built(cluster: SparkCluster, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the demo shop, built on DuckDB and, with its data tests, on the cluster."""
    project = copy_repository(tmp_path_factory.mktemp("demo"))
    project.dbt("build", *WITHOUT_UNIT_TESTS, "--vars", VARS)
    spark_dbt(project, cluster, "build", *WITHOUT_UNIT_TESTS)
    return project


def spark_dbt(
    project: Project, cluster: SparkCluster, *arguments: str, succeeds: bool = True
) -> str:
    """Run dbt on the cluster to its end and return what it printed."""
    process = start_spark_dbt(project, cluster, *arguments)
    process.join(timeout=SECONDS)
    assert (process.exitcode == 0) == succeeds, project.output.read_text()
    return project.output.read_text()


def start_spark_dbt(project: Project, cluster: SparkCluster, *arguments: str):
    """Start dbt on the cluster, with a folder of its own for what it writes."""
    variables = () if "--vars" in arguments else ("--vars", VARS)
    return project.start_dbt(
        *arguments, "--target", "spark", "--target-path", "target_spark", *variables,
        ALSO_BOUGHT_SPARK_PORT=str(cluster.thrift_port),
    )  # fmt: skip


def spark_rows(cluster: SparkCluster, query: str) -> tuple[list[str], list[tuple]]:
    """Return the column names and the rows of a query on the cluster; dates come as text."""
    with hive.connect(LOOPBACK, cluster.thrift_port) as connection:
        cursor = connection.cursor()
        cursor.execute(query)
        if cursor.description is None:
            return [], []
        return [column[0].split(".")[-1] for column in cursor.description], cursor.fetchall()


def assert_public_tables_are_equal(cluster: SparkCluster, built: Project, but_for: str = "") -> int:
    """Compare each public table on the cluster with DuckDB's; return the number of rows."""
    tables = built.public_tables()
    spark_tables = built.public_tables("target_spark")
    assert len(tables) >= 15
    assert tables.keys() == spark_tables.keys()
    pairs = {name: (spark_tables[name], relation) for name, relation in tables.items()}
    return assert_tables_are_equal(cluster, built, pairs, but_for)


def assert_tables_are_equal(
    cluster: SparkCluster, built: Project, pairs: dict[str, tuple[str, str]], but_for: str = ""
) -> int:
    """Compare tables on the cluster with those beside them of DuckDB; return the number of rows."""
    found, row_count = {}, 0
    for name, (spark_table, relation) in pairs.items():
        columns, _ = spark_rows(cluster, f"select * from {spark_table} limit 0")
        columns = [column for column in columns if column != but_for]
        selected = ", ".join(columns)
        _, ours = spark_rows(cluster, f"select {selected} from {spark_table}")
        row_count += len(ours)
        theirs = [
            tuple(str(value) if type(value) is datetime.date else value for value in row)
            for row in built.rows(f"select {selected} from {relation}")
        ]
        if differing := differences(columns, ours, theirs):
            found[name] = differing
    assert found == {}
    return row_count


def test_every_published_table_is_that_of_duckdb(cluster, built):
    # dbt trims what it loads as a seed, before we see it.
    assert assert_public_tables_are_equal(cluster, built, but_for="received_text") > 50_000


def test_the_same_evaluation_again_adds_no_entry_to_the_history(cluster, built):
    history = built.public_tables("target_spark")["recommendation_metrics"]
    before = spark_rows(cluster, f"select count(*) from {history}")
    spark_dbt(built, cluster, "run", "--select", "recommendation_metrics")
    assert spark_rows(cluster, f"select count(*) from {history}") == before


@pytest.mark.skipif(not IS_LONG, reason="make test-long")
def test_unit_tests_pass_on_spark(cluster, built):
    spark_dbt(
        built, cluster, "test", "--select", "test_type:unit", "--exclude", *UNIT_TESTS_OF_LAST_BITS
    )


def test_bad_lines_fare_the_same_on_spark(cluster, tmp_path):
    shop = corpus_project(tmp_path, max_rejected_share=1)
    # DuckDB reads 'infinity' and 'epoch' in any format; on Spark the customers model cleans its
    # ids itself, and that of the corpus does not; many lines take Spark minutes.
    cases = [
        case
        for case in read_cases(CASES_FILE.read_text())
        if case.name not in ("B59", "B117", "B118") and len(case.source_rows) < 1_000
    ]
    assert len(cases) > 90
    write_raw_tables(shop, cases)
    spark_rows(cluster, "create schema raw")
    for (name,) in shop.rows("select table_name from duckdb_tables() where schema_name = 'raw'"):
        folder = tmp_path / "raw" / name
        folder.mkdir(parents=True)
        with duckdb.connect(str(shop.database)) as connection:
            connection.sql(f"from raw.{name}").write_parquet(str(folder / "part-0.parquet"))
        spark_rows(cluster, f"create table raw.{name} using parquet location '{folder}'")
    names = ("order_line_verdicts", "order_warnings", "rejected_order_lines")
    build = ("run", "--select", *(f"+{name}" for name in names))
    shop.dbt(*build)
    spark_dbt(shop, cluster, *build, "--vars", "{}")
    relations = [
        {name: nodes[f"model.also_bought.{name}"]["relation_name"] for name in names}
        for nodes in (shop.nodes("target_spark"), shop.nodes())
    ]
    pairs = {name: tuple(found[name] for found in relations) for name in names}
    assert assert_tables_are_equal(cluster, shop, pairs) > 600


def test_beyond_the_limit_no_user_neighbours_are_looked_for(cluster, built):
    nothing = ("--vars", "{also_bought__max_billion_products: 0}")
    output = spark_dbt(built, cluster, "run", "--select", "user_neighbours_sql", *nothing)
    assert "Neighbours by user_key: none are looked for, 0 products are the limit." in output
    count = "select count(*) from also_bought_neighbours.user_neighbours_sql"
    assert spark_rows(cluster, count)[1] == [(0,)]


def test_a_full_disk_is_named_and_the_next_run_needs_no_hand(cluster, built):
    with small_disk("16k") as disk:
        spark_rows(cluster, "drop schema also_bought_neighbours cascade")
        spark_rows(cluster, f"create schema also_bought_neighbours location '{disk}'")
        run = ("--quiet", "run", "--select", "item_neighbours_sql")
        output = spark_dbt(built, cluster, *run, succeeds=False)
        assert "Failure in model item_neighbours_sql" in output
        # Beneath stands the trace that Spark sends with every error.
        assert f"Task failed while writing rows to file:{disk}" in output.split("\tat ")[0]
        assert "No space left on device" in output
        enlarge(disk, "64m")
        spark_dbt(built, cluster, *run)
        count = "select count(*) from also_bought_neighbours.item_neighbours_sql"
        [(row_count,)] = spark_rows(cluster, count)[1]
        assert row_count > 1000
        spark_rows(cluster, "drop schema also_bought_neighbours cascade")


def test_a_lost_connection_is_named_and_the_next_run_needs_no_hand(cluster, built):
    run = ("run", "--select", "item_neighbours_sql")
    process = start_spark_dbt(built, cluster, *run)
    wait_for(process, lambda: [*cluster.folder.glob("warehouse/*/item_neighbours_sql/_temporary")])
    cluster.kill_thrift_server()
    process.join(timeout=SECONDS)
    output = built.output.read_text()
    assert process.exitcode
    assert "Failure in model item_neighbours_sql" in output
    assert "Connection lost during query execution" in output
    assert "Traceback" not in output
    # What is left would keep Spark from making the table.
    assert [*cluster.folder.glob("warehouse/*/item_neighbours_sql/_temporary")]
    cluster.start_thrift_server(**SMALL_TABLES)
    spark_dbt(built, cluster, *run)
    [(row_count,)] = spark_rows(
        cluster, "select count(*) from also_bought_neighbours.item_neighbours_sql"
    )[1]
    assert row_count > 1000


@pytest.mark.skipif(not IS_LONG, reason="make test-long")
def test_neighbours_survive_the_loss_of_a_worker(cluster, built):
    """The last test: it takes a history large enough to be in the middle of, and loses a worker."""
    history = "also_bought_interactions.user_item_counts_by_cut"
    spark_rows(cluster, f"drop table {history}")
    spark_rows(
        cluster,
        f"""
        create table {history} as
        select distinct
            cast(cuts.id as int) as cut_key,
            cast(users.id as int) as user_key,
            cast(pmod(hash(cuts.id, users.id, orders.id), 2000) as int) as item_key,
            1 + pmod(users.id, 7) as item_weight
        from range(4) as cuts cross join range(5000) as users cross join range(30) as orders
        """,
    )
    eligible = "also_bought_interactions.eligible_items"
    spark_rows(cluster, f"drop table {eligible}")
    spark_rows(
        cluster,
        f"create table {eligible} as select distinct cut_key, item_key from {history}"
        " where pmod(item_key, 4) <= cut_key",
    )
    process = start_spark_dbt(built, cluster, "run", "--select", "item_neighbours_sql")
    wait_for(process, lambda: "Neighbours by item_key" in built.output.read_text())
    tasks_before = cluster.log("thrift").count("Starting task")
    wait_for(process, lambda: cluster.log("thrift").count("Starting task") > tasks_before + 4)
    cluster.kill_worker(0)
    process.join(timeout=SECONDS)
    assert process.exitcode == 0, built.output.read_text()
    assert "Lost executor" in cluster.log("thrift")

    _, pairs = spark_rows(cluster, f"select * from {history}")
    cuts, users, items, weights = (np.array(column) for column in zip(*pairs, strict=True))
    kernel = []
    for cut in range(4):
        of_cut = cuts == cut
        found = cosine_neighbours(
            items[of_cut],
            users[of_cut],
            weights[of_cut],
            k=50,
            min_shared=2,
            neighbour_keys=[item for item in range(2000) if item % 4 <= cut],
        )
        kernel += [(cut, *row.values()) for row in found.read_all().to_pylist()]
    _, ours = spark_rows(cluster, "select * from also_bought_neighbours.item_neighbours_sql")
    assert sorted(ours) == sorted(kernel)


@pytest.mark.skipif(not RETAIL.exists(), reason=f"there is no file {RETAIL}")
@pytest.mark.skipif(
    "ALSO_BOUGHT_RETAIL_SINCE" not in os.environ,
    reason="takes a quarter of an hour: ALSO_BOUGHT_RETAIL_SINCE=2010-12-01 for all of it",
)
def test_a_real_shop_is_the_same_on_spark(tmp_path):
    shop, lines = online_retail(tmp_path, os.environ["ALSO_BOUGHT_RETAIL_SINCE"])
    source = tmp_path / "source"
    source.mkdir()
    lines.write_parquet(str(source / "part-0.parquet"))
    build = (
        *("build", "--exclude-resource-type", "unit_test", "test"),
        *("--vars", f"{{{SAME}, also_bought__backtest_cuts: 1}}"),
    )
    shop.dbt(*build, ALSO_BOUGHT_DATA=str(tmp_path))
    with spark_cluster(workers=2, worker_memory="2g") as cluster:
        cluster.start_thrift_server(**RETAIL_TABLES)
        spark_rows(cluster, "create schema online_retail")
        spark_rows(
            cluster,
            f"create table online_retail.online_retail using parquet location '{source}'",
        )
        spark_dbt(shop, cluster, *build)
        assert assert_public_tables_are_equal(cluster, shop) > 50_000


def wait_for(process, condition) -> None:
    """Wait until a condition holds, while the process runs."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert process.is_alive(), "it ended before it could be disturbed"
        assert time.monotonic() < end
        time.sleep(0.1)
