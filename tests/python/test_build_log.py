"""The on-run hooks tell a complete build from every other thing that dbt can do.

A real, small consumer project installs the hook macros the way a shop would: as a package.
"""

import shutil
import time
import tomllib
from pathlib import Path

import duckdb
import pytest
from dbt_project import REPOSITORY, Project

from also_bought.publish import PublishError, publish

PACKAGE = {
    "dbt_project.yml": """
        name: also_bought
        version: 0.1.0
        on-run-start: ["{{ also_bought.record_build_start() }}"]
        on-run-end: ["{{ also_bought.record_build_end(results) }}"]
        models:
          also_bought: {+schema: published, +tags: [published]}
        """,
    "models/popular_items.sql": "select item_id from {{ ref('consumer', 'sold_items') }}",
    "models/rejected_lines.sql": """
        {{ config(meta={'may_be_empty': true}) }}
        select item_id from {{ ref('consumer', 'orders') }} where item_id is null
        """,
}

CONSUMER = {
    "dbt_project.yml": """
        name: consumer
        version: 1.0.0
        profile: consumer
        flags: {send_anonymous_usage_stats: false}
        models: {+materialized: table}
        """,
    "packages.yml": "packages: [local: dbt_packages/also_bought]",
    "profiles.yml": """
        consumer:
          target: dev
          outputs: {dev: {type: duckdb, path: build.duckdb, schema: shop, threads: 1}}
        """,
    "seeds/raw_orders.csv": "item_id\nbread\nbutter\n",
    "models/orders.sql": "select item_id from {{ ref('raw_orders') }}",
    "models/sold_items.sql": """
        {{ config(materialized='ephemeral') }}
        select item_id from {{ ref('orders') }}
        """,
    "models/models.yml": """
        models:
          - name: orders
            columns:
              - name: item_id
                data_tests: [not_null]
        unit_tests:
          - name: test_orders_keeps_every_line
            model: orders
            given: [{input: ref('raw_orders'), rows: [{item_id: bread}]}]
            expect: {rows: [{item_id: bread}]}
        """,
    "tests/assert_no_cake.sql": "select item_id from {{ ref('orders') }} where item_id = 'cake'",
    "tests/assert_warns_only.sql": """
        {{ config(severity='warn') }}
        select item_id from {{ ref('orders') }}
        """,
}


def write_files(root: Path, files: dict[str, str]) -> None:
    """Write `files` (path to text, indented as in this module) under `root`."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = text.strip("\n").splitlines()
        indent = len(lines[0]) - len(lines[0].lstrip())
        path.write_text("\n".join(line[indent:] for line in lines) + "\n")


class Shop(Project):
    """A consumer project on disk, and its build database."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, "build.duckdb")

    def write_project(self) -> None:
        """Write the consumer project, with the package in its place."""
        write_files(self.root, CONSUMER)
        package = self.root / "dbt_packages" / "also_bought"
        write_files(package, PACKAGE)
        shutil.copytree(REPOSITORY / "macros" / "build_log", package / "macros")

    def log(self) -> list[tuple]:
        """Return (build_number, command, is_complete, incomplete_because), oldest first."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(
                "select build_number, command, is_complete, incomplete_because"
                " from shop_meta.also_bought_builds order by build_number"
            ).fetchall()

    def publish(self) -> Path:
        """Publish, and return the serving file."""
        serving = self.root / "serving.duckdb"
        publish(self.database, serving)
        return serving


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a shop with one complete build, copied by each test that changes it."""
    shop = Shop(tmp_path_factory.mktemp("built"))
    shop.write_project()
    shop.dbt("build")
    return shop


@pytest.fixture
def shop(built_shop: Shop, tmp_path: Path) -> Shop:
    """Return a copy of the built shop."""
    root = tmp_path / "shop"
    shutil.copytree(built_shop.root, root)
    return Shop(root)


def assert_refused(shop: Shop, *because: str) -> None:
    """Check that the latest build is incomplete for these reasons, and cannot be published."""
    *_, (_, _, is_complete, incomplete_because) = shop.log()
    assert not is_complete
    for reason in because:
        assert reason in incomplete_because
    with pytest.raises(PublishError):
        shop.publish()


def test_a_whole_build_is_complete_and_published(built_shop):
    assert built_shop.log() == [(1, "build", True, None)]
    with duckdb.connect(str(built_shop.database), read_only=True) as connection:
        counts = connection.execute(
            "select succeeded_nodes, warned_nodes, failed_nodes, skipped_nodes, missing_nodes,"
            " finished_at >= started_at from shop_meta.also_bought_builds"
        ).fetchone()
    # The seed, three tables, two tests and the unit test; a warning does not spoil a build.
    assert counts == (7, 1, 0, 0, 0, True)
    with duckdb.connect(str(built_shop.publish()), read_only=True) as connection:
        tables = connection.execute(
            "select table_name, row_count from publication order by all"
        ).fetchall()
    assert tables == [("popular_items", 2), ("rejected_lines", 0)]


def test_commands_that_do_not_write_tables_leave_no_row(shop):
    shop.dbt("test")
    shop.dbt("compile")
    assert shop.log() == [(1, "build", True, None)]


def test_a_failed_test_and_its_retry_are_incomplete_until_the_next_whole_build(shop):
    test = shop.root / "tests" / "assert_no_cake.sql"
    passing = test.read_text()
    test.write_text(passing.replace("cake", "bread"))
    shop.dbt("build", succeeds=False)
    assert_refused(shop, "1 failed", "2 were skipped")
    test.write_text(passing)
    shop.dbt("retry")
    assert_refused(shop, "no good result")
    shop.dbt("build")
    assert shop.log()[-1] == (4, "build", True, None)
    shop.publish()


def test_a_failed_unit_test_is_incomplete(shop):
    (shop.root / "models" / "orders.sql").write_text(
        "select 'cake' as item_id from {{ ref('raw_orders') }}"
    )
    shop.dbt("build", succeeds=False)
    assert_refused(shop, "1 failed")


@pytest.mark.parametrize(
    ("arguments", "because"),
    [
        (["build", "--select", "+popular_items"], "no good result"),
        (["build", "--exclude-resource-type", "test"], "3 of the enabled"),
        (["build", "--empty"], "`--empty`"),
        (["build", "--sample", "1 day"], "`--sample`"),
        (["run"], "`dbt run`"),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, list) else "",
)
def test_a_partial_build_is_incomplete(shop, arguments, because):
    shop.dbt(*arguments)
    assert_refused(shop, because)


def test_leaving_out_only_unit_tests_is_a_complete_build(shop):
    shop.dbt("build", "--exclude-resource-type", "unit_test")
    assert shop.log()[-1] == (2, "build", True, None)


def test_a_killed_build_is_incomplete(shop):
    # About ten seconds of work in one model: long enough to be killed in.
    (shop.root / "models" / "orders.sql").write_text(
        "select item_id from {{ ref('raw_orders') }}"
        " where (select sum(md5_number_lower(i::varchar)) from range(200_000_000) r(i)) > 0"
    )
    process = shop.start_dbt("build", "--exclude-resource-type", "unit_test")
    while "START sql table model shop.orders" not in shop.output.read_text():
        assert process.is_alive(), shop.output.read_text()
        time.sleep(0.05)
    process.kill()
    process.join()
    assert shop.log()[-1] == (2, "build", False, None)
    with pytest.raises(PublishError, match="never finished"):
        shop.publish()


def test_a_build_that_cannot_be_recorded_does_not_start(shop):
    with duckdb.connect(str(shop.database)) as connection:
        connection.execute("alter table shop_meta.also_bought_builds rename to elsewhere")
        connection.execute("create view shop_meta.also_bought_builds as from shop_meta.elsewhere")
    assert "START sql table model" not in shop.dbt("build", succeeds=False)


def test_a_build_whose_start_hook_was_skipped_is_recorded_as_incomplete(shop):
    # A package whose name sorts before ours runs its hooks first; dbt then skips our start hook,
    # and dbt 1.11 builds all the same.
    write_files(
        shop.root,
        {
            "dbt_packages/a_neighbour/dbt_project.yml": """
                name: a_neighbour
                on-run-start: [select * from gone]
                """,
            "packages.yml": """
                packages:
                  - local: dbt_packages/a_neighbour
                  - local: dbt_packages/also_bought
                """,
        },
    )
    shop.dbt("build", succeeds=False)
    assert len(shop.log()) == 2
    assert_refused(shop)


def test_the_version_in_the_log_is_the_version_of_the_package(built_shop):
    with duckdb.connect(str(built_shop.database), read_only=True) as connection:
        recorded = connection.execute(
            "select package_version from shop_meta.also_bought_builds"
        ).fetchone()[0]
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert recorded == pyproject["project"]["version"]
