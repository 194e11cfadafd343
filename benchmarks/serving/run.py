"""Time look-ups of a user's lists: in the serving file, in exports, and in Postgres.

`benchmarks/serving/run.py --users 1000000 --rows-per-file 1000 10000 100000`. With `--postgres` it
starts a server of its own (after `make .venv/postgres`). Node is timed where it is installed.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from also_bought.publishing.duckdb_file import STORAGE_VERSION, DuckDBFile
from also_bought.publishing.export import ROWS_PER_FILE, export
from also_bought.publishing.own_tables import overlap_table, publication_table

HERE = Path(__file__).parent
READERS = HERE.parent.parent / "examples" / "export_readers"
WORK = Path(os.environ.get("ALSO_BOUGHT_BENCH", Path(tempfile.gettempdir()) / "also-bought-bench"))
TABLE = "user_recommendations"
AUDIENCES = "item_audiences"
ITEMS = 20_000
ROWS_PER_USER = 10
LOOK_UPS = 200

sys.path.insert(0, str(READERS))
from look_up import file_of, look_up, open_export  # noqa: E402

Times = dict[str, list[float]]
"""Milliseconds of each look-up, by the way it was done."""


def write_serving_file(path: Path, user_count: int) -> None:
    """Write a serving file with one list of ten rows for each user."""
    path.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{path}' as staged (storage_version '{STORAGE_VERSION}');"
            f"""
            create table staged.{TABLE} (
                user_id varchar not null, list varchar not null, rank bigint not null,
                item_id varchar not null, item_name varchar, score double, recommender varchar,
                strategy varchar, reason varchar, voting_neighbours bigint, neighbour_count bigint,
                run_id varchar not null
            );
            insert into staged.{TABLE}
            select 'user-' || u, 'for_you', r, 'P' || item, 'A product called ' || item,
                1 / (r + hash(u) % 10), 'also_bought', 'user_neighbours',
                'bought by ' || item % 40 || ' of the 100 customers most like you', item % 40, 100,
                'run-1'
            from range({user_count}) users(u), range(1, {ROWS_PER_USER + 1}) ranks(r),
                lateral (select hash(u * 16 + r) % {ITEMS} as item) order by all;
            create table staged.{AUDIENCES} (
                item_id varchar not null, list varchar not null, rank bigint not null,
                user_id varchar not null, run_id varchar not null
            );
            insert into staged.{AUDIENCES}
            select item_id, list, rank, user_id, run_id from staged.{TABLE} order by all
            """
        )
        database = DuckDBFile(connection, str(path))
        for table in (publication_table(("staged", "main")), overlap_table(("staged", "main"))):
            database.make_empty(table)
        connection.execute(
            "insert into staged.publication select 1, 'run-1', 1, now()::timestamp,"
            f" '{TABLE}', {user_count * ROWS_PER_USER}, '', '[\"user_id\", \"list\", \"rank\"]'"
        )


def timed(find: Callable[[str], list], users: list[str]) -> list[float]:
    """Return the milliseconds of each look-up, whose rows are counted."""
    found = []
    for user in users:
        begun = time.perf_counter()
        rows = find(user)
        found.append(1000 * (time.perf_counter() - begun))
        assert len(rows) == ROWS_PER_USER
    return found


def times_in_file(path: Path, users: list[str]) -> Times:
    """Time look-ups in the serving file."""
    query = f"select * from {TABLE} where user_id = ? order by list, rank"

    def connect_and_find(user: str) -> list:
        with duckdb.connect(str(path), read_only=True) as connection:
            return connection.execute(query, [user]).fetchall()

    with duckdb.connect(str(path), read_only=True) as connection:
        held = timed(lambda user: connection.execute(query, [user]).fetchall(), users)
    return {"serving file, connection held": held} | {
        "serving file, connected each time": timed(connect_and_find, users)
    }


def times_of_audiences(path: Path, items: list[str]) -> Times:
    """Time looking up who is shown an item: in the lists themselves, and in their reverse."""
    found: Times = {}
    with duckdb.connect(str(path), read_only=True) as connection:
        for table in (TABLE, AUDIENCES):
            times = []
            for item in items:
                begun = time.perf_counter()
                users = connection.execute(
                    f"select user_id from {table} where item_id = ? and list = 'for_you'"
                    " order by rank, user_id",
                    [item],
                ).fetchall()
                times.append(1000 * (time.perf_counter() - begun))
                assert len(users) > 1
            found[f"who is shown an item, {table}, connection held"] = times
    return found


def times_in_export(directory: Path, users: list[str], hyparquet: Path | None) -> Times:
    """Time look-ups in an export, with Python and with Node."""
    begun = time.perf_counter()
    published = open_export(directory)
    found = {"opening the export, Python": [1000 * (time.perf_counter() - begun)]}
    found["JSON lines, Python"] = timed(lambda user: look_up(published, TABLE, user), users)
    found["Parquet, pyarrow"] = timed(
        lambda user: pq.read_table(
            file_of(published, TABLE, user, "parquet"), filters=[("user_id", "=", user)]
        ).to_pylist(),
        users,
    )
    with duckdb.connect() as connection:
        found["Parquet, DuckDB"] = timed(
            lambda user: connection.execute(
                f"from '{file_of(published, TABLE, user, 'parquet')}' where user_id = ?", [user]
            ).fetchall(),
            users,
        )
    if hyparquet:
        answer = subprocess.run(
            ["node", HERE / "look_up.mjs", directory, READERS / "look_up.mjs", hyparquet],
            input=json.dumps(users),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found |= json.loads(answer)
    return found


def times_in_postgres(path: Path, users: list[str]) -> Times:
    """Time look-ups in Postgres, in a table with the key that publishing gives it."""
    sys.path.insert(0, str(HERE.parent.parent / "tests" / "python" / "support"))
    import psycopg2
    from postgres_server import Server

    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder))
        try:
            rows = Path(folder) / "rows.csv"
            with duckdb.connect(str(path), read_only=True) as connection:
                connection.execute(f"copy {TABLE} to '{rows}' (format csv, header false)")
                columns = ", ".join(
                    f"{name} {kind.replace('DOUBLE', 'double precision')}"
                    for name, kind, *_ in connection.execute(f"describe {TABLE}").fetchall()
                )
            connection = psycopg2.connect(server.url)
            with connection, connection.cursor() as cursor, rows.open() as file:
                cursor.execute(f"create table {TABLE} ({columns})")
                cursor.copy_expert(f"copy {TABLE} from stdin (format csv)", file)
                cursor.execute(f"alter table {TABLE} add primary key (user_id, list, rank)")
                cursor.execute(f"analyze {TABLE}")

            def find(user: str) -> list:
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"select * from {TABLE} where user_id = %s order by list, rank", [user]
                    )
                    return cursor.fetchall()

            found = {"Postgres, connection held": timed(find, users)}
            connection.close()
            return found
        finally:
            server.stop()


def installed_hyparquet() -> Path | None:
    """Return hyparquet's module for Node, from npm; None where there is no Node."""
    if not shutil.which("npm"):
        return None
    folder = WORK / "npm"
    module = folder / "node_modules" / "hyparquet" / "src" / "node.js"
    if not module.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, "hyparquet"], check=True)
    return module


def show(title: str, found: Times) -> None:
    """Print the median and the 99th percentile of each way."""
    for way, times in found.items():
        most = statistics.quantiles(times, n=100)[98] if len(times) > 1 else times[0]
        print(f"| {title} | {way} | {statistics.median(times):.1f} | {most:.1f} |", flush=True)


def main() -> None:
    """Measure what the command line asks for, and print a row of Markdown each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--users", type=int, default=1_000_000)
    options.add_argument("--rows-per-file", type=int, nargs="*", default=[ROWS_PER_FILE])
    options.add_argument("--postgres", action="store_true")
    chosen = options.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    serving_file = WORK / f"serving-{chosen.users}.duckdb"
    write_serving_file(serving_file, chosen.users)
    users = [f"user-{u}" for u in random.Random(1).sample(range(chosen.users), LOOK_UPS)]
    print(
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, DuckDB"
        f" {version('duckdb')}, pyarrow {version('pyarrow')}, load {os.getloadavg()[0]:.0f};"
        f" {chosen.users:,} users, {ROWS_PER_USER} rows each,"
        f" {serving_file.stat().st_size / 1e6:,.0f} MB\n"
    )
    print("| | way | median, ms | 99th percentile, ms |\n| --- | --- | ---: | ---: |")
    show("", times_in_file(serving_file, users))
    items = [f"P{i}" for i in random.Random(2).sample(range(ITEMS), LOOK_UPS)]
    show("", times_of_audiences(serving_file, items))
    if chosen.postgres:
        show("", times_in_postgres(serving_file, users))
    hyparquet = installed_hyparquet()
    for rows_per_file in chosen.rows_per_file:
        directory = WORK / "export"
        shutil.rmtree(directory, ignore_errors=True)
        begun, cpu_begun = time.perf_counter(), time.process_time()
        folder = export(serving_file, directory, rows_per_file=rows_per_file).folder
        seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu_begun
        sizes = {
            ending: [path.stat().st_size for path in (folder / TABLE).glob(f"*.{ending}")]
            for ending in ("jsonl", "parquet")
        }
        title = (
            f"{len(sizes['jsonl']):,} files of {chosen.users * 10 // len(sizes['jsonl']):,} rows"
        )
        show(title, times_in_export(directory, users, hyparquet))
        print(
            f"\n{title}: exported in {seconds:.0f} s ({cpu_seconds:.0f} CPU s),"
            f" JSON lines {sum(sizes['jsonl']) / 1e6:,.0f} MB,"
            f" Parquet {sum(sizes['parquet']) / 1e6:,.0f} MB\n"
        )


if __name__ == "__main__":
    main()
