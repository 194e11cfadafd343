"""Time the orders layer on synthetic shops, beside the least query and a pandas script.

`benchmarks/orders/run.py --sizes 5 15 50` in the project's own environment, sizes in millions of
received lines. `--write` puts the tables into benchmarks/README.md and draws orders.svg.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import duckdb
from chart import draw
from generate import generate, generate_day

HERE = Path(__file__).parent
SHOP = HERE / "shop"
DBT = Path(sys.executable).parent / "dbt"
MEMORY = os.environ.get("ALSO_BOUGHT_MEMORY", "6GB")
WORK = Path(os.environ.get("ALSO_BOUGHT_BENCH", Path(tempfile.gettempdir()) / "also-bought-bench"))
README = HERE.parent / "README.md"
MARKS = ("<!-- orders -->\n", "<!-- end of orders -->")
# pandas holds everything in memory: at 15 million lines more than DuckDB may use.
PANDAS_UP_TO = 5
LEAST, LAYER, START, PANDAS = "least query", "orders layer", "dbt's own start", "pandas script"
DAY = "a day's new lines"
INCREMENTAL = ("--vars", "{also_bought__incremental_orders: true}")
CHANGES = "finding what changed"
TARGET = 3
DAY_TARGET = 0.05

# What somebody in a hurry would write: one window, no verdicts, no returns, no reasons.
LEAST_QUERY = """
create or replace table order_lines as
with lines as (
    select 1 as precedence, * from received.raw.orders_final_final
    union all
    select 2 as precedence, * from received.raw.orders_final
    union all
    select 3 as precedence, * from received.raw.orders_v2
),
typed as (
    select
        precedence,
        order_id,
        customer_id,
        product_id,
        try_cast(units as bigint) as quantity,
        try_cast(unit_price as decimal(18, 4)) as unit_price,
        try_cast(ordered_at as timestamp) as ordered_at,
        try_cast(updated_at as timestamp) as updated_at,
        status,
        _row
    from lines
    where customer_id <> ''
        and product_id in (select product_id from received.raw.products where is_merchandise)
),
placed as (
    select *, row_number() over (
        partition by order_id, product_id order by precedence, updated_at desc, _row
    ) as place
    from typed
    where quantity is not null and ordered_at is not null
)
select order_id, customer_id, product_id, quantity, unit_price, ordered_at
from placed
where place = 1 and status = 'completed' and quantity > 0
"""

# What a build of new lines alone would have to do before anything else, since a table does not say
# which of its rows are new, corrected or gone: read all of them, and compare them with hashes of
# the day before.
ROW_HASHES = """
select '{source}' as source, _row, hash(lines) as row_hash from received.raw.{source} as lines
"""
SOURCES = ("orders_final_final", "orders_final", "orders_v2")


def connected(shop: Path, database: Path) -> duckdb.DuckDBPyConnection:
    """Open `database` with the shop beside it."""
    settings = {"threads": 2, "memory_limit": MEMORY}
    connection = duckdb.connect(str(database), config=settings)
    connection.execute(f"attach '{shop}' as received (read_only)")
    return connection


def run_changes(shop: Path, database: Path) -> None:
    """Count the rows that are not as stored; where nothing is stored, store hashes of all."""
    connection = connected(shop, database)
    rows = " union all ".join(ROW_HASHES.format(source=source) for source in SOURCES)
    if connection.execute("from duckdb_tables() where table_name = 'stored'").fetchone():
        connection.execute(
            f"""
            select count(*) from ({rows}) as today
            full join stored using (source, _row)
            where today.row_hash is distinct from stored.row_hash
            """
        )
    else:
        connection.execute(f"create table stored as {rows}")
    connection.close()


def run_least_query(shop: Path, database: Path) -> None:
    """Build `order_lines` in `database` by the least query; for a process of its own."""
    connection = connected(shop, database)
    connection.execute(LEAST_QUERY)
    connection.close()


def by_itself(function: Callable, *arguments: object) -> None:
    """Call a function in a process of its own: what it takes is no command's peak memory."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        process.submit(function, *arguments).result()


def timed(command: list[str], environment: dict[str, str], folder: Path) -> dict[str, float]:
    """Run a command and return its wall and CPU seconds and its peak memory in GB."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cpu": cpu, "memory": usage.ru_maxrss / 1e6}


def written_shops(millions: int, folder: Path) -> dict[str, Path]:
    """Return the shop of a size as it was yesterday and as it is today, written where it is not."""
    days = {day: folder / f"{day}_{millions}m.duckdb" for day in ("yesterday", "today")}
    if not all(shop.exists() for shop in days.values()):
        print(f"Writing a shop of about {millions} million received lines ...", flush=True)
        shop = folder / "shop.duckdb"
        by_itself(generate, shop, millions * 1_000_000)
        by_itself(generate_day, shop, *days.values())
        shop.unlink()
    return days


def commands(shop: Path, folder: Path, millions: int) -> dict[str, tuple[list[str], Path]]:
    """Return the command of each way to the same lines, and the database that it writes.

    The start of dbt alone is one of them.
    """
    dbt = [str(DBT), "--no-partial-parse", "run"]
    layer = [*dbt, "--select", "also_bought.orders", "orders_benchmark"]
    python = [sys.executable]
    least, hashes = folder / "least.duckdb", folder / "hashes.duckdb"
    lines = folder / "pandas.parquet"
    ways = {
        LEAST: ([*python, __file__, "--least", str(shop), str(least)], least),
        LAYER: (layer, folder / "layer.duckdb"),
        DAY: ([*layer, *INCREMENTAL], folder / "day.duckdb"),
        START: ([*dbt, "--select", "stg_products"], folder / "start.duckdb"),
        CHANGES: ([*python, __file__, "--changes", str(shop), str(hashes)], hashes),
        PANDAS: ([*python, str(HERE / "pandas_script.py"), str(shop), str(lines)], lines),
    }
    if millions > PANDAS_UP_TO:
        del ways[PANDAS]
    return ways


def model_seconds() -> dict[str, float]:
    """Return the wall seconds of each model of the last build."""
    results = json.loads((SHOP / "target" / "run_results.json").read_text())["results"]
    return {
        result["unique_id"].split(".")[-1]: result["execution_time"]
        for result in results
        if result["unique_id"].startswith("model.")
    }


def check_same_rows(folder: Path) -> None:
    """Stop where a table of the orders of the day's build is not that of the build of all lines."""
    connection = duckdb.connect(config={"threads": 2, "memory_limit": MEMORY})
    for database in ("layer", "day"):
        connection.execute(f"attach '{folder / database}.duckdb' as {database} (read_only)")
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'layer'"
        " and table_name in"
        " (select table_name from duckdb_columns() where column_name = 'order_source')"
    ).fetchall()
    for (table,) in tables:
        columns = "columns(lambda c: c not in ('judged_at', 'inputs_hash'))"
        found = {
            connection.execute(
                f"select count(*), sum(hash(lines)) from"
                f" (select {columns} from {database}.{table}) as lines"
            ).fetchone()
            for database in ("layer", "day")
        }
        if len(found) > 1:
            raise SystemExit(f"{table} is another after a day's new lines: {found}")


def measure(millions: int, rounds: int, folder: Path) -> dict:
    """Run every way `rounds` times in turns on a shop; return the runs, lines and model times."""
    shops = written_shops(millions, folder)
    environment = {"ALSO_BOUGHT_MEMORY": MEMORY, "DBT_PROFILES_DIR": str(SHOP)}
    environment |= {"ALSO_BOUGHT_RAW_ORDERS": str(shops["today"])}
    known, hashes = folder / "known.duckdb", folder / "hashes.duckdb"
    subprocess.run(
        [DBT, "--quiet", "deps"],
        cwd=SHOP,
        check=True,
        env=os.environ | environment | {"ALSO_BOUGHT_DATABASE": str(known)},
    )
    ways = commands(shops["today"], folder, millions)
    for path in (known, hashes):
        path.unlink(missing_ok=True)
    by_itself(run_changes, shops["yesterday"], hashes)
    day_command, _ = ways[DAY]
    of_yesterday = {"ALSO_BOUGHT_RAW_ORDERS": str(shops["yesterday"])}
    timed(day_command, environment | of_yesterday | {"ALSO_BOUGHT_DATABASE": str(known)}, SHOP)
    runs: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    seconds: dict[str, dict[str, float]] = {}
    for number in range(1, rounds + 1):
        for way, (command, database) in ways.items():
            # Each begins from nothing, but those that compare with yesterday.
            if way == DAY:
                shutil.copy(known, database)
            elif way != CHANGES:
                database.unlink(missing_ok=True)
            given = environment | {"ALSO_BOUGHT_DATABASE": str(database)}
            runs[way].append(timed(command, given, SHOP if command[0] == str(DBT) else HERE))
            print(f"  round {number}, {way}: {runs[way][-1]['cpu']:.0f} CPU s", flush=True)
            if way in (LAYER, DAY):
                seconds[way] = model_seconds()
    by_itself(check_same_rows, folder)
    layer = duckdb.connect(str(folder / "layer.duckdb"), read_only=True)
    received, kept = layer.execute(
        "select sum(received_lines), sum(kept_lines) from main_published.order_audit"
    ).fetchone()
    layer.close()
    least = duckdb.connect(str(folder / "least.duckdb"), read_only=True)
    least_kept = least.execute("select count(*) from order_lines").fetchone()[0]
    least.close()
    medians = {
        way: {key: statistics.median(run[key] for run in figures) for key in figures[0]}
        for way, figures in runs.items()
    }
    return {
        "millions": millions,
        "rounds": rounds,
        "received": int(received),
        "kept": {LAYER: int(kept), LEAST: least_kept},
        "medians": medians,
        "layer_cpu": medians[LAYER]["cpu"],
        "seconds": seconds[LAYER],
        "day_seconds": seconds[DAY],
    }


def share(result: dict, way: str) -> float:
    """Return what share of the layer's CPU seconds a way takes."""
    return result["medians"][way]["cpu"] / result["layer_cpu"]


def report(results: list[dict]) -> str:
    """Return the tables in Markdown."""
    lines = [
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, DuckDB"
        f" {version('duckdb')}, dbt {version('dbt-core')}; `memory_limit` {MEMORY}. Medians of"
        f" {', '.join(str(r['rounds']) for r in results)} rounds.",
        "",
        "| received lines | way | CPU s | wall s | lines per CPU s | peak GB |"
        " CPU, times the least query |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for result in results:
        least = result["medians"][LEAST]["cpu"]
        for way, median in result["medians"].items():
            lines.append(
                f"| {result['received']:,} | {way} | {median['cpu']:.1f} | {median['wall']:.0f} |"
                f" {result['received'] / median['cpu']:,.0f} | {median['memory']:.1f} |"
                f" {median['cpu'] / least:.1f} |"
            )
    verdicts = []
    for result in results:
        medians = result["medians"]
        ratio = (medians[LAYER]["cpu"] - medians[START]["cpu"]) / medians[LEAST]["cpu"]
        met = "met" if ratio <= TARGET else "**not met**"
        verdicts.append(f"{result['millions']} million lines {ratio:.1f} times ({met})")
    shares = [
        f"{result['millions']} million lines {share(result, DAY):.0%}, of which dbt's own start"
        f" {share(result, START):.1%}"
        f" ({'met' if share(result, DAY) <= DAY_TARGET else '**not met**'})"
        for result in results
    ]
    lines += [
        "",
        f"A day's new lines, to take at most {DAY_TARGET:.0%} of the layer's CPU: "
        + "; ".join(shares)
        + ".",
        "",
        "Finding out what changed, where no source says so, would alone take "
        + ", ".join(f"{share(result, CHANGES):.1%}" for result in results)
        + ".",
        "",
        f"The layer without dbt's own start, to be at most {TARGET} times the least query: "
        + "; ".join(verdicts)
        + ".",
        "",
        "Kept: "
        + "; ".join(
            f"{r['kept'][LAYER]:,} lines by the layer, {r['kept'][LEAST]:,} by the least query"
            for r in results
        )
        + " (the query sees no returns, and one line where an order has a product twice).",
        "",
        "| model | "
        + " | ".join(f"{r['millions']}m lines, s | its day, s" for r in results)
        + " |",
        "| --- |" + " ---: |" * 2 * len(results),
    ]
    slowest = sorted(results[-1]["seconds"], key=lambda model: -results[-1]["seconds"][model])[:12]
    for model in slowest:
        cells = (f"{r['seconds'][model]:.1f} | {r['day_seconds'][model]:.1f}" for r in results)
        lines.append(f"| {model} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def write_report(text: str, marks: tuple[str, str]) -> None:
    """Put a report into the benchmarks' README, in the place of what stands between two marks."""
    before, rest = README.read_text().split(marks[0])
    README.write_text(before + marks[0] + text + marks[1] + rest.split(marks[1])[1])


def main() -> None:
    """Measure every size and print the report; with `--write`, into the README as well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 15, 50], help="million lines")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=WORK / "orders")
    parser.add_argument("--write", action="store_true", help="write the tables into the README")
    parser.add_argument("--least", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--changes", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.least:
        run_least_query(*arguments.least)
        return
    if arguments.changes:
        run_changes(*arguments.changes)
        return

    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    results = []
    for millions in arguments.sizes:
        print(f"{millions} million lines", flush=True)
        results.append(measure(millions, arguments.rounds, folder))
        results.sort(key=lambda result: result["millions"])
        text = report(results)
        print("\n" + text, flush=True)
        if arguments.write:
            write_report(text, MARKS)
            draw(results, HERE / "orders.svg")


if __name__ == "__main__":
    main()
