"""One set of models for every warehouse: what differs is dispatched, what comes out is equal."""

import os
import random
import re
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import sqlglot
import yaml
from corpus import CASES_FILE, corpus_project, read_cases, write_raw_tables
from dbt_project import IS_LONG, REPOSITORY, Project, copy_repository
from engine_tables import differences
from loading_shop import Shop, build, live, loading_project
from online_retail import RETAIL, online_retail

from also_bought.publishing.publication import PublishError

ENGINES = ("duckdb", "postgres", "spark")
OTHER_WAREHOUSES = ("snowflake", "bigquery", "databricks", "redshift")
# Only the kernel can regress items on each other, and learn blends.
IN_SQL = "also_bought__regression_items: 0, also_bought__learned_blends: false"
TODAY = f"{{{IN_SQL}, also_bought__as_of: '{datetime.now(UTC):%Y-%m-%d}'}}"
needs_postgres = pytest.mark.skipif(
    "ALSO_BOUGHT_POSTGRES_PORT" not in os.environ, reason="no server is given: make test-postgres"
)


def test_models_never_ask_which_engine_they_run_on() -> None:
    models = [*REPOSITORY.glob("models/**/*.sql"), *REPOSITORY.glob("models/**/*.yml")]
    assert len(models) > 60
    asking = re.compile(r"target\.type|adapter\.type")
    assert [path.name for path in models if asking.search(path.read_text())] == []


def test_a_macro_that_one_engine_has_of_its_own_exists_for_every_engine() -> None:
    found = {}
    for path in REPOSITORY.glob("macros/**/*.sql"):
        for engine, name in re.findall(
            rf"macro ({'|'.join(ENGINES)}|default)__(\w+)", path.read_text()
        ):
            found.setdefault(name, set()).add(engine)
    missing = {
        name: sorted(set(ENGINES) - engines)
        for name, engines in found.items()
        if "default" not in engines and "duckdb" in engines and not set(ENGINES) <= engines
    }
    assert missing == {}


# What sqlglot cannot say in the other dialect, by warehouse; each would need a macro of its own.
NOT_TRANSLATED = {
    ("bigquery", "modifiers"),  # regexp_replace with 'g'; BigQuery's replaces all anyway
    ("bigquery", "nulls last"),  # within a window or a listagg
    ("redshift", "explode"),  # what makes a row of each word
}


def test_other_warehouses_parse_every_model_as_translated(tmp_path):
    project = copy_repository(tmp_path)
    # DuckDB's aggregate has no translation: the others have the window.
    macro = tmp_path / "macros" / "engines" / "first_items.sql"
    macro.write_text(macro.read_text().replace("macro duckdb__", "macro not_used__"))
    switches = (
        "{also_bought__neighbours_engine: sql, also_bought__basket_affinity: true,"
        " also_bought__repurchase_intervals: true,"
        " also_bought__similar_items: true, also_bought__weekly_evaluation: true,"
        " also_bought__merchandising_rules: stg_shop__merchandising_rules}"
    )
    project.dbt("compile", "--vars", switches)
    models = list((tmp_path / "target/compiled/also_bought/models").glob("**/*.sql"))
    models = [model for model in models if model.parent.suffix != ".yml"]
    # There are no signals and no events of the shop's own, and only Python reads what blends are
    # learned from.
    assert {path.stem for path in REPOSITORY.glob("models/**/*.sql")} == {
        "learning_candidates",
        "shop_signals",
        *(path.stem for path in REPOSITORY.glob("models/events/*.sql")),
        "seen_items",
        "recounted_seen_items",
        *(model.stem for model in models),
    }
    not_translated = set()
    for model in models:
        parsed = sqlglot.parse_one(model.read_text(), read="duckdb")
        for warehouse in OTHER_WAREHOUSES:
            try:
                statement = parsed.sql(warehouse, unsupported_level=sqlglot.ErrorLevel.RAISE)
                sqlglot.parse_one(statement, read=warehouse)
            except (sqlglot.errors.SqlglotError, AttributeError) as error:
                why = re.search("modifiers|nulls last|explode", str(error).lower())
                not_translated.add((warehouse, why[0] if why else f"{model.name}: {error}"))
    assert not_translated == NOT_TRANSLATED


@pytest.mark.parametrize("warehouse", OTHER_WAREHOUSES)
def test_the_template_of_a_profile_takes_what_is_secret_from_the_environment(warehouse):
    path = REPOSITORY / "profiles" / "templates" / f"{warehouse}.yml"
    [output] = yaml.safe_load(path.read_text())["also_bought"]["outputs"].values()
    assert output["type"] == warehouse
    assert {"type", "method", "threads"} >= {
        name for name, value in output.items() if "env_var(" not in str(value)
    }
    page = (REPOSITORY / "docs" / "engines.md").read_text()
    assert "syntax-checked, not run" in page.lower()
    assert warehouse in page.lower()


def url() -> str:
    port, user, database = (
        os.environ[f"ALSO_BOUGHT_POSTGRES_{name}"] for name in ("PORT", "USER", "DATABASE")
    )
    return f"postgresql://{user}@127.0.0.1:{port}/{database}"


def rows_in_postgres(address: str, query: str) -> tuple[list[str], list[tuple]]:
    """Return the names of the columns and the rows of a query."""
    import psycopg2

    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return [column.name for column in cursor.description], cursor.fetchall()
    finally:
        connection.close()


def run_in_postgres(statement: str) -> None:
    """Run a statement."""
    import psycopg2

    connection = psycopg2.connect(url())
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def load_into_postgres(
    rows: duckdb.DuckDBPyRelation, schema: str, name: str, folder: Path, address: str
) -> None:
    """Make a table of the rows of a query of DuckDB, in place of one of that name."""
    import psycopg2

    file = folder / f"{name}.csv"
    # In a file of CSV nothing is null, and a text of no letters stands in quotation marks.
    rows.to_csv(str(file), header=False)
    types = {"VARCHAR": "text", "BIGINT": "bigint"}
    columns = ", ".join(
        f'"{column}" {types[str(type_)]}'
        for column, type_ in zip(rows.columns, rows.types, strict=True)
    )
    connection = psycopg2.connect(address)
    with connection, connection.cursor() as cursor, file.open(newline="") as lines:
        cursor.execute(f"create schema if not exists {schema}")
        cursor.execute(f"drop table if exists {schema}.{name} cascade")
        cursor.execute(f"create table {schema}.{name} ({columns})")
        cursor.copy_expert(f"copy {schema}.{name} from stdin with (format csv)", lines)
    connection.close()


def load_raw_tables(connection: duckdb.DuckDBPyConnection, folder: Path, address: str) -> None:
    """Make the raw tables of a DuckDB database anew in Postgres."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'raw'"
    ).fetchall()
    assert len(tables) >= 5
    for (name,) in tables:
        load_into_postgres(connection.sql(f"from raw.{name}"), "raw", name, folder, address)


def assert_public_tables_are_equal(project: Project, schema: str, but_for: str = "") -> None:
    """Compare each public table of the last build, in Postgres, with DuckDB's of the same name."""
    tables = project.public_tables()
    assert len(tables) >= 14
    found = {}
    for name, relation in tables.items():
        columns, _ = rows_in_postgres(url(), f"select * from {relation} limit 0")
        columns = [column for column in columns if column != but_for]
        selected = ", ".join(f'"{column}"' for column in columns)
        _, theirs = rows_in_postgres(url(), f"select {selected} from {relation}")
        in_duckdb = relation.split(".", 1)[1].replace(f'"{schema}', '"main')
        ours = project.rows(f"select {selected} from {in_duckdb}")
        if differing := differences(columns, ours, theirs):
            found[name] = differing
    assert found == {}


@needs_postgres
def test_the_demo_shop_is_the_same_in_postgres(tmp_path):
    demo = copy_repository(tmp_path)
    # What is published without them has none that never ran.
    shutil.rmtree(tmp_path / "tests")
    demo.dbt("build", "--vars", TODAY, "--exclude-resource-type", "unit_test", "test")
    # Unit tests read the columns of what stands before them.
    in_postgres = ("--target", "postgres", "--vars", TODAY)
    demo.dbt("build", *in_postgres, "--exclude-resource-type", "unit_test")
    # But for DuckDB dbt trims what it loads as a seed, before we see it.
    assert_public_tables_are_equal(demo, "also_bought_build", but_for="received_text")
    assert_reports_are_equal(demo, tmp_path)
    demo.dbt("test", *in_postgres, "--select", "resource_type:unit_test")
    assert len(demo.results()) > 50


def assert_reports_are_equal(project: Project, folder: Path) -> None:
    """Publish the last builds in a file and in a schema, and compare the pages made from them."""
    from also_bought.publishing import duckdb_file, postgres
    from also_bought.publishing.published_schema import PublishedSchema
    from also_bought.report.page import write_report

    # How long each model took belongs to the engine.
    forget_durations = "update {}_meta.also_bought_results set seconds = 0"
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(forget_durations.format("main"))
    run_in_postgres(forget_durations.format("also_bought_build"))
    publications = [
        duckdb_file.publish(project.database, folder / "serving.duckdb"),
        postgres.publish(url(), "reported"),
    ]
    places = [folder / "serving.duckdb", PublishedSchema(url(), "reported")]
    pages = []
    for place, publication in zip(places, publications, strict=True):
        page = write_report(place, folder / "report.html", 20).file.read_text()
        assert publication.run_id in page
        # Runs have names and moments of their own, and engines the last digits of a fraction.
        page = page.replace(publication.run_id, "run")
        page = re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC|, build <data.*?</data>", "", page)
        page = re.sub(r"-?\d+\.\d{5,}", lambda number: f"{float(number[0]):.6g}", page)
        pages.append(page.splitlines())
    differing = [lines for lines in zip(*pages, strict=True) if lines[0] != lines[1]]
    assert differing == []


@needs_postgres
def test_the_kernel_is_refused_in_postgres_before_anything_runs(tmp_path):
    kernel = ("--vars", "{also_bought__neighbours_engine: python}")
    output = copy_repository(tmp_path).dbt(
        "--quiet", "build", "--target", "postgres", *kernel, succeeds=False
    )
    assert "The kernel runs on DuckDB only, and this is postgres." in output
    assert "leave it out, or say sql: the rows are the same." in output
    assert len(output.strip().splitlines()) <= 5
    assert "Traceback" not in output


@needs_postgres
def test_bad_lines_fare_the_same_in_postgres(tmp_path):
    shop = corpus_project(tmp_path, max_rejected_share=1, regression_items=0, learned_blends=False)
    # No text in Postgres holds the letter 0; DuckDB reads 'infinity' and 'epoch' in any format.
    cases = [
        case
        for case in read_cases(CASES_FILE.read_text())
        if case.name != "B59" and r"\x00" not in repr(case)
    ]
    assert len(cases) > 60
    write_raw_tables(shop, cases)
    with duckdb.connect(str(shop.database)) as connection:
        load_raw_tables(connection, tmp_path, url())
    only_tables = ("--exclude-resource-type", "unit_test", "test")
    shop.dbt("build", *only_tables)
    shop.dbt("build", "--target", "postgres", *only_tables)
    assert_public_tables_are_equal(shop, "corpus_build")


@needs_postgres
@pytest.mark.skipif(not RETAIL.exists(), reason=f"there is no file {RETAIL}")
def test_a_real_shop_is_the_same_in_postgres(tmp_path):
    # All thirteen months have four times the products, and take as much longer.
    shop, rows = online_retail(tmp_path, os.environ.get("ALSO_BOUGHT_RETAIL_SINCE", "2011-10-01"))
    load_into_postgres(rows, "online_retail", "online_retail", tmp_path, url())
    only_tables = ("--exclude-resource-type", "unit_test", "test")
    one_cut = ("--vars", f"{{{IN_SQL}, also_bought__backtest_cuts: 1}}")
    for target in ("duckdb", "postgres"):
        shop.dbt(
            *("build", "--target", target, *one_cut, *only_tables),
            ALSO_BOUGHT_DATA=str(tmp_path),
        )
    assert_public_tables_are_equal(shop, "online_retail_build")


@needs_postgres
def test_a_days_new_lines_give_the_tables_of_all_lines_in_postgres(tmp_path):
    from postgres_server import Server

    project, chance, shop = loading_project(tmp_path), random.Random(20250402), Shop()
    tables = ("compared_order_lines", "contested_order_lines", "matched_returns", "order_lines")
    # A server of its own: the raw tables of another test have the same names.
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))

        def built(*arguments: str, day: int) -> tuple[tuple[int, int] | None, dict]:
            in_postgres = (*arguments, "--target", "postgres")
            read = build(project, *in_postgres, day=day, **server.environment)
            rows = {
                name: sorted(
                    server.execute(
                        f"select to_jsonb(lines) - 'judged_at'"
                        f" from corpus_build_orders.{name} as lines"
                    ),
                    key=repr,
                )
                for name in tables
            }
            return read, rows

        try:
            for day in (1, 2):
                live(shop, chance, day)
                shop.write(project)
                with duckdb.connect(str(project.database)) as connection:
                    load_raw_tables(connection, tmp_path, server.url)
                read, rows = built(day=day)
            lines = sum(map(len, shop.lines.values()))
            assert 0 < read[0] < read[1] == lines == len(rows["compared_order_lines"])
            assert built("--full-refresh", day=2) == (None, rows)
        finally:
            server.stop()


# What is published and lacks a comment, or has one that is no plain sentence, or lacks a key.
WITHOUT_COMMENT_OR_KEY = """
    select relname, attname
    from pg_class inner join pg_attribute on attrelid = pg_class.oid
    where relnamespace = 'also_bought'::regnamespace and relkind = 'r'
        and attnum > 0 and not attisdropped
        and coalesce(col_description(attrelid, attnum), '|') like '%|%'
    union all
    select relname, 'primary key'
    from pg_class
    where relnamespace = 'also_bought'::regnamespace and relkind = 'r'
        and not exists (select from pg_constraint where conrelid = pg_class.oid and contype = 'p')
    """


@needs_postgres
@pytest.mark.skipif(not IS_LONG, reason="make test-long")
def test_a_server_killed_in_the_middle_of_a_build_needs_no_hand_to_go_on(tmp_path):
    from postgres_server import Server

    from also_bought.publishing.postgres import publish

    copy_repository(tmp_path)
    shop = Project(tmp_path / "integration_tests", "book_shop.duckdb")
    shop.dbt("deps")
    build = ("build", "--target", "postgres")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            shop.dbt(*build, **server.environment)
            first = publish(server.url, "also_bought")
            assert server.execute(WITHOUT_COMMENT_OR_KEY) == []
            published = "select distinct run_id from also_bought.user_recommendations"
            made = "select 'book_shop_build_orders.order_lines'::regclass::oid"
            before = server.execute(made)
            process = shop.start_dbt(*build, **server.environment)
            while server.execute(made) == before:
                assert process.is_alive(), shop.output.read_text()
                time.sleep(0.05)
            server.kill()
            process.join()
            assert process.exitcode
            output = shop.output.read_text()
            assert "Traceback" not in output
            assert re.search("server closed the connection|Connection refused", output)
            server.start()
            assert server.execute(published) == [(first.run_id,)]
            with pytest.raises(PublishError, match="was begun by a command that was killed"):
                publish(server.url, "also_bought")
            shop.dbt(*build, **server.environment)
            second = publish(server.url, "also_bought")
            assert server.execute(published) == [(second.run_id,)]
            assert second.run_id != first.run_id
            # A new build database, or one that has lost it, takes over the published history.
            history = "select * from also_bought.recommendation_metrics order by entry_hash"
            before = server.execute(history)
            server.execute("drop table book_shop_build_history.recommendation_metrics")
            shop.dbt(*build, "--select", "recommendation_metrics+", **server.environment)
            third = publish(server.url, "also_bought")
            assert [entry[:-1] for entry in server.execute(history)] == [
                entry[:-1] for entry in before
            ]
            assert before
            assert third.build_number > second.build_number
        finally:
            server.stop()
