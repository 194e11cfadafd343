"""A build database as dbt leaves it, made in a moment: for the tests of publishing."""

from pathlib import Path

import duckdb

HOSTILE_TEXT = (
    "plain",
    "it's; drop table x; --",
    'quo"te',
    "[red]markup[/red]",
    "\x1b[31mescape\x1b[0m\a",
    "new\nline\ttab",
    "nul\x00inside",
    "ünï©ødé 🍞 \u202e",
    "",
    "NULL",
    "1:a",
    # A page would run the first, a spreadsheet the others.
    "<script>alert(1)</script>",
    "=cmd()",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    None,
)


def log_of_command(log_schema: str, run_id: str) -> str:
    """Return SQL that logs a dbt command, and forgets the nodes of the one before."""
    return f"""
        create schema if not exists {log_schema};
        create table if not exists {log_schema}.also_bought_builds (
            build_number bigint, run_id varchar, command varchar, package_version varchar,
            started_at timestamp, finished_at timestamp
        );
        create table if not exists {log_schema}.also_bought_nodes (
            node_id varchar, reads varchar, is_ephemeral boolean, is_published boolean,
            may_be_empty boolean, schema_name varchar, table_name varchar, primary_key varchar,
            looked_up_by varchar, weakened_by varchar, published_group varchar, person_keys varchar
        );
        create table if not exists {log_schema}.also_bought_results (
            node_id varchar, build_number bigint, last_build_number bigint, status varchar,
            seconds double precision
        );
        insert into {log_schema}.also_bought_builds (build_number, run_id, command)
        select coalesce(max(build_number), 0) + 1, '{run_id}', 'build'
        from {log_schema}.also_bought_builds;
        delete from {log_schema}.also_bought_nodes;
        delete from {log_schema}.also_bought_results;
        """


def log_of_table(
    log_schema: str,
    schema: str,
    name: str,
    *,
    may_be_empty: bool = False,
    status: str = "good",
    primary_key: str = "[]",
    looked_up_by: str = "[]",
    group: str = "app",
    person_keys: str = "[]",
) -> str:
    """Return SQL that logs that the latest command has built a published table."""
    node_id = f"model.{schema}.{name}"
    return f"""
        insert into {log_schema}.also_bought_nodes
        values ('{node_id}', '[]', false, true, {may_be_empty}, '{schema}', '{name}',
            '{primary_key}', '{looked_up_by}', null, '{group}', '{person_keys}');
        insert into {log_schema}.also_bought_results
        select '{node_id}', max(build_number), max(build_number), '{status}', null
        from {log_schema}.also_bought_builds;
        """


def write_build(database: Path, run_id: str, *, items: int = 50, status: str = "good") -> None:
    """Add a build to `database`, and rebuild its tables with the run id in every name.

    Parameters
    ----------
    database : pathlib.Path
        The DuckDB file.
    run_id : str
        The run id to record. Each item's name carries it, so that a test can see which run the
        rows came from, whatever the `run_id` column says.
    items : int
        Rows of `popular_items`.
    status : str
        What the log says of `popular_items`.
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            log_of_command("main_meta", run_id)
            + log_of_table(
                "main_meta", "main_published", "popular_items", status=status, group="bi"
            )
            + log_of_table("main_meta", "main_published", 'Odd "quoted" name')
            + log_of_table("main_meta", "main_published", "rejected_order_lines", may_be_empty=True)
        )
        connection.execute(
            """
            create schema if not exists main_published;
            create or replace table main_published.popular_items (
                item_id integer not null, item_name varchar not null, score double
            );
            comment on table main_published.popular_items is 'One row per item; it''s "ranked".';
            comment on column main_published.popular_items.item_id is 'The item.';
            create or replace table main_published."Odd ""quoted"" name" (
                "select" varchar, "Ünï" varchar[], sold_at timestamptz, amount decimal(18, 3),
                verdict enum ('kept', 'rejected')
            );
            create or replace table main_published.rejected_order_lines (line_id varchar);
            """
        )
        connection.execute(
            "insert into main_published.popular_items"
            " select i, ? || ' item ' || i, 1 / (i + 1) from range(?) numbers(i)",
            [run_id, items],
        )
        connection.executemany(
            """insert into main_published."Odd ""quoted"" name"
               values (?, [?, null], timestamptz '2024-03-31 01:30:00+00', 1.005, 'kept')""",
            [(text, text) for text in HOSTILE_TEXT],
        )


def read(path: Path, query: str) -> list[tuple]:
    """Return the rows of `query` on a file opened as a BI tool opens it."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()
