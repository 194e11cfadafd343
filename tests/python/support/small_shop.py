"""A consumer project of two models that installs the hooks of the build log as a package."""

import shutil
from pathlib import Path

import duckdb
from dbt_project import REPOSITORY, Project

from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.publication import Publication

PACKAGE = {
    "dbt_project.yml": """
        name: also_bought
        version: 0.1.0
        on-run-start:
          - "{{ also_bought.check_seeds() }}"
          - "{{ also_bought.record_build_start() }}"
        on-run-end: ["{{ also_bought.record_build_end(results) }}"]
        models:
          also_bought: {+schema: published, +tags: [published, nightly]}
        """,
    "models/popular_items.sql": "select item_id from {{ ref('consumer', 'sold_items') }}",
    "models/rejected_lines.sql": """
        {{ config(meta={'may_be_empty': true}) }}
        select item_id from {{ ref('consumer', 'stg_orders') }} where item_id is null
        """,
    "tests/assert_popular_items_are_sound.sql": """
        select item_id from {{ ref('also_bought', 'popular_items') }} where item_id is null
        """,
}

CONSUMER = {
    "dbt_project.yml": """
        name: consumer
        version: 1.0.0
        profile: consumer
        flags: {send_anonymous_usage_stats: false}
        models:
          +materialized: table
          consumer:
            stg_orders: {+tags: [nightly]}
        seeds: {+tags: [nightly]}
        """,
    "packages.yml": "packages: [local: dbt_packages/also_bought]",
    "profiles.yml": """
        consumer:
          target: prod
          outputs:
            prod: {type: duckdb, path: build.duckdb, schema: shop, threads: 1}
            ci: {type: duckdb, path: build.duckdb, schema: ci, threads: 1}
            unreachable: {type: duckdb, path: no/such/folder/build.duckdb, schema: shop}
        """,
    "seeds/raw_orders.csv": "item_id\nbread\nbutter\n",
    "models/stg_orders.sql": "select item_id from {{ ref('raw_orders') }}",
    "models/sold_items.sql": """
        {{ config(materialized='ephemeral') }}
        select item_id from {{ ref('stg_orders') }}
        """,
    "models/scratch.sql": "select item_id from {{ ref('also_bought', 'popular_items') }}",
    "models/models.yml": """
        models:
          - name: stg_orders
            columns:
              - name: item_id
                data_tests: [not_null]
          - name: scratch
            columns:
              - name: item_id
                data_tests:
                  - relationships:
                      arguments: {to: "ref('also_bought', 'popular_items')", field: item_id}
        unit_tests:
          - name: test_orders_keeps_every_line
            model: stg_orders
            given: [{input: ref('raw_orders'), rows: [{item_id: bread}]}]
            expect: {rows: [{item_id: bread}]}
        """,
    "tests/assert_no_cake.sql": """
        select item_id from {{ ref('stg_orders') }} where item_id = 'cake'
        """,
    "tests/assert_scratch_has_all.sql": """
        select item_id from {{ ref('also_bought', 'popular_items') }}
        where item_id not in (select item_id from {{ ref('scratch') }})
        """,
}
HOOKS = (
    "build_log",
    "settings/check_seeds.sql",
    "settings/stop.sql",
    "text/text_literal.sql",
)


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
        for part in HOOKS:
            source, copy = REPOSITORY / "macros" / part, package / "macros" / part
            if source.is_dir():
                shutil.copytree(source, copy)
            else:
                copy.parent.mkdir(exist_ok=True)
                shutil.copy(source, copy)

    def log(self) -> list[tuple]:
        """Return (build_number, command, whether it has ended), oldest first."""
        return self.rows(
            "select build_number, command, finished_at is not null"
            " from shop_meta.also_bought_builds order by build_number"
        )

    def publish(self, target_schema: str | None = None) -> Publication:
        """Publish to a file of the shop's own."""
        return publish(self.database, self.root / "serving.duckdb", target_schema)

    def change(self, statement: str) -> None:
        """Run a statement in the build database."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(statement)
