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
    # B28: a page would run it. B26: a spreadsheet would.
    "<script>alert(1)</script>",
    "=cmd()",
    "+1",
    "-1",
    "@x",
    "\t=1",
    "\r=1",
    None,
)


def write_build(
    database: Path,
    run_id: str,
    *,
    items: int = 50,
    is_complete: bool = True,
    finished: bool = True,
    because: str | None = None,
) -> None:
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
    is_complete, finished : bool
        What the log says of this build.
    because : str, optional
        Why it is incomplete, as the log says it.
    """
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            """
            create schema if not exists main_meta;
            create schema if not exists main_published;
            create table if not exists main_meta.also_bought_builds (
                build_number bigint, run_id varchar, command varchar, started_at timestamp,
                finished_at timestamp, is_complete boolean, incomplete_because varchar
            );
            create table if not exists main_meta.also_bought_published_relations (
                run_id varchar, schema_name varchar, table_name varchar, may_be_empty boolean,
                primary_key varchar, looked_up_by varchar
            );
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
            "insert into main_meta.also_bought_builds"
            " select coalesce(max(build_number), 0) + 1, ?, 'build', now()::timestamp,"
            " case when ? then now()::timestamp end, ?, ?"
            " from main_meta.also_bought_builds",
            [run_id, finished, is_complete, because],
        )
        connection.executemany(
            "insert into main_meta.also_bought_published_relations values (?, ?, ?, ?, null, null)",
            [
                (run_id, "main_published", "popular_items", False),
                (run_id, "main_published", 'Odd "quoted" name', False),
                (run_id, "main_published", "rejected_order_lines", True),
            ],
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
