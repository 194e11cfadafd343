"""A shop with one person too many, built without dbt: for the tests of forgetting."""

import hashlib
from pathlib import Path

import duckdb
from fake_build import log_of_command, log_of_table

from also_bought.publishing import forgetting
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.export import export

CANARY = "canary-4711-of-nobody"
OTHERS = ("canary-4711-of-nobody-else", "bob", "ann")
COLUMN = "main_raw.raw_orders.customer"


def build(database: Path) -> None:
    """Build two tables from the raw orders, as dbt would: with the hooks' log of it."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            log_of_command("main_meta", "run")
            + log_of_table("main_meta", "main_published", "user_recommendations")
            + log_of_table("main_meta", "main_published", "popular_items", group="bi")
            + """
            create schema if not exists main_published;
            create or replace table main_published.user_recommendations as
            select trim(customer) as user_id, 'bread' as item_id, 'explore' as list
            from main_raw.raw_orders;
            comment on table main_published.user_recommendations is 'One row per user.';
            create or replace table main_published.popular_items as
            select 'bread' as item_id, count(*) as order_count from main_raw.raw_orders;
            create or replace view main_published.buyers as from main_raw.raw_orders;
            """
        )


def write_inputs(database: Path, customers: tuple[str, ...]) -> None:
    """Write the raw orders of some customers to a new build database."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create schema main_raw;"
            "create table main_raw.raw_orders (line integer, customer varchar)"
        )
        connection.executemany(
            "insert into main_raw.raw_orders values (?, ?)",
            [(line, customer) for customer in customers for line in range(200)],
        )
        connection.execute("create table main_raw.requests as select ? as who", [CANARY])


def write_project(folder: Path) -> None:
    """Build a shop with the canary in a folder, publish it twice, and export it."""
    database, serving = folder / "also_bought.duckdb", folder / "serving" / "also_bought.duckdb"
    write_inputs(database, (f" {CANARY.upper()}\t", CANARY, *OTHERS))
    for _ in range(2):
        build(database)
        publish(database, serving)
        export(serving, folder / "exported")
    for name in ("target/run_results.json", "logs/dbt.log", "serving/report.html", "notes.txt"):
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"a line of {CANARY}")
    (folder / "target" / "manifest.json").write_text("{}")
    (folder / "ids.txt").write_text(f"customer_id\n{CANARY}\n\n")


def files_with_canary(project: Path) -> set[str]:
    """Return the files in which the id or a hash of it stands, whatever its case."""
    words = [
        CANARY,
        *(hash_(CANARY.encode()).hexdigest() for hash_ in (hashlib.md5, hashlib.sha256)),
    ]
    return {
        str(file.relative_to(project))
        for file in project.rglob("*")
        if file.is_file()
        and not file.is_symlink()
        # Somebody else's id begins with it.
        and any(
            word.encode() in file.read_bytes().lower().replace(OTHERS[0].encode(), b"")
            for word in words
        )
    }


def forget_in(project: Path) -> None:
    """Forget the canary in a project, with the fake build in place of dbt."""
    forgetting._run_dbt = lambda places, _options: build(places.database)
    places = forgetting.Places(
        project=project,
        database=project / "also_bought.duckdb",
        serving_file=project / "serving" / "also_bought.duckdb",
        tombstones=project / "erased_customers.csv",
        input_columns=(COLUMN, "main_raw.requests.who"),
        exports=(project / "exported",),
        removed=(project / "serving" / "report.html",),
    )
    forgetting.forget(forgetting.People(frozenset({CANARY})), "request 17", places, [])
