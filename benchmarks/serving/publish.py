"""Time a publish of lists in Postgres beside a plain copy of the same rows with the same indexes.

`benchmarks/serving/publish.py --rows 3000000` starts a server of its own (after `make
.venv/postgres`). Both are run in turn, and each begins with what the last run left: the publish
with its publication, the copy with its table.
"""

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import psycopg2

from also_bought.publishing.postgres import publish

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "python" / "support"))
from fake_build import log_of_command, log_of_table
from postgres_server import Server

TABLE = "user_recommendations"
KEY = ("user_id", "list", "rank")
INDEXED = ("item_id",)
ROWS_PER_USER = 10
ITEMS = 20_000
LOOK_UPS = 2_000

BUILD = f"""
    create schema build_published;
    create table build_published.{TABLE} (
        user_id text not null, list text not null, rank bigint not null, item_id text not null,
        item_name text, score float8, recommender text, strategy text, reason text,
        voting_neighbours bigint, neighbour_count bigint
    );
    insert into build_published.{TABLE}
    select 'user-' || u, 'for_you', r, 'P' || item, 'A product called ' || item,
        1.0 / (r + u % 10), 'also_bought', 'user_neighbours',
        'bought by ' || item % 40 || ' of the 100 customers most like you', item % 40, 100
    from generate_series(1, {{users}}) as u, generate_series(1, {ROWS_PER_USER}) as r,
        lateral (select abs(hashint8(u * 16 + r)) % {ITEMS} as item) as items
    order by hashint8(u * 16 + r);
    analyze build_published.{TABLE};
"""
COPY = f"""
    drop table if exists copied;
    create table copied as
    select *, 'run-1'::text as run_id from build_published.{TABLE} order by {", ".join(KEY)};
    alter table copied add primary key ({", ".join(KEY)});
    {"".join(f"create index on copied ({name});" for name in INDEXED)}
    analyze copied
"""
COPY_BESIDE_READERS = f"""
    delete from kept;
    insert into kept
    select *, 'run-1'::text as run_id from build_published.{TABLE} order by {", ".join(KEY)};
    analyze kept
"""


def cpu_seconds(server: Server) -> float:
    """Return the CPU seconds of all processes of a server that have ended."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def run(url: str, statements: str) -> None:
    """Run statements as one transaction."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()


def timed(server: Server, work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that some work took, and the server's CPU seconds."""
    begun, cpu_begun = time.perf_counter(), cpu_seconds(server)
    work()
    seconds = time.perf_counter() - begun
    # A server's process ends a moment after its connection.
    time.sleep(0.5)
    return seconds, cpu_seconds(server) - cpu_begun


def look_up_times(url: str, users: int) -> list[float]:
    """Return the milliseconds of look-ups of a user's rows, by the key, on a held connection."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    found = []
    with connection.cursor() as cursor:
        for user in random.Random(1).choices(range(1, users + 1), k=LOOK_UPS):
            begun = time.perf_counter()
            cursor.execute(
                f"select * from also_bought.{TABLE} where user_id = %s order by list, rank",
                [f"user-{user}"],
            )
            assert len(cursor.fetchall()) == ROWS_PER_USER
            found.append(1000 * (time.perf_counter() - begun))
    connection.close()
    return found


def main() -> None:
    """Measure what the command line asks for, and print a row of Markdown each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=3_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument(
        "--real-time",
        action="store_true",
        help="time look-ups ahead of whatever else the machine does; needs root",
    )
    chosen = options.parse_args()
    users = chosen.rows // ROWS_PER_USER
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder))
        try:
            run(server.url, BUILD.format(users=users))
            columns = [str(list(names)).replace("'", '"') for names in (KEY, INDEXED)]
            log = log_of_table(
                *("build_meta", "build_published", TABLE),
                primary_key=columns[0],
                looked_up_by=columns[1],
            )
            run(server.url, log_of_command("build_meta", "run-1") + log)
            ways: dict[str, Callable[[], object]] = {
                "a copy: a new table, then its indexes": lambda: run(server.url, COPY),
                "a copy: rows deleted and inserted": lambda: run(server.url, COPY_BESIDE_READERS),
                "`also-bought publish`": lambda: publish(server.url, "also_bought"),
            }
            # The first round makes what the others replace.
            run(server.url, COPY + "; create table kept (like copied including all)")
            ways["`also-bought publish`"]()
            run(server.url, COPY_BESIDE_READERS)
            times: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
            print(
                f"{os.cpu_count()} cores ({platform.machine()}), Postgres"
                f" {server.execute('show server_version')[0][0]}, psycopg2"
                f" {version('psycopg2-binary')}, {chosen.rows:,} rows, median of {chosen.rounds}"
            )
            for _ in range(chosen.rounds):
                for way, work in ways.items():
                    times[way].append(timed(server, work))
                    # Autovacuum would clear away the deleted rows between two publishes.
                    server.execute(f"vacuum kept, also_bought.{TABLE}")
            print(f"load {os.getloadavg()[0]:.0f}\n")
            print("| way | seconds | CPU seconds of the server |\n| --- | ---: | ---: |")
            for way, measured in times.items():
                seconds, cpu = (statistics.median(each) for each in zip(*measured, strict=True))
                print(f"| {way} | {seconds:.1f} | {cpu:.1f} |", flush=True)
            if chosen.real_time:
                for process in (os.getpid(), server.process.pid):
                    os.sched_setscheduler(process, os.SCHED_FIFO, os.sched_param(1))
            found = look_up_times(server.url, users)
            print(
                f"\nA look-up by the key: median {statistics.median(found):.2f} ms,"
                f" 99th percentile {statistics.quantiles(found, n=100)[98]:.2f} ms,"
                f" {LOOK_UPS:,} users."
            )
        finally:
            server.stop()


if __name__ == "__main__":
    main()
