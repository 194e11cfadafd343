"""Times the orders layer on a synthetic shop, beside the least query for nearly the same lines.

Run it with the project's own environment: ``.venv/bin/python benchmarks/orders/run.py``.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from generate import generate

HERE = Path(__file__).parent
SHOP = HERE / "shop"
DBT = Path(sys.executable).parent / "dbt"
MEMORY = "6GB"

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


def run_least_query(shop: Path, database: Path) -> None:
    """Build `order_lines` in `database` by the least query; for a process of its own."""
    settings = {"threads": 2, "memory_limit": MEMORY}
    connection = duckdb.connect(str(database), config=settings)
    connection.execute(f"attach '{shop}' as received (read_only)")
    connection.execute(LEAST_QUERY)
    connection.close()


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


def main() -> None:
    """Print the table of the runs, the ratio of the medians and the time of each model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=HERE / "target")
    parser.add_argument("--least", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.least:
        run_least_query(*arguments.least)
        return

    folder = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    shop = folder / f"shop_{arguments.lines}.duckdb"
    if not shop.exists():
        print(f"Writing a shop of about {arguments.lines:,} received lines ...", flush=True)
        generate(shop, arguments.lines)
    environment = {
        "ALSO_BOUGHT_RAW_ORDERS": str(shop),
        "ALSO_BOUGHT_DATABASE": str(folder / "layer.duckdb"),
        "ALSO_BOUGHT_MEMORY": MEMORY,
        "DBT_PROFILES_DIR": str(SHOP),
    }
    subprocess.run([DBT, "--quiet", "deps"], cwd=SHOP, check=True, env=os.environ | environment)
    selected = ["--select", "also_bought.orders", "orders_benchmark"]
    runs: dict[str, list[dict[str, float]]] = {"least query": [], "orders layer": []}
    for number in range(1, arguments.rounds + 1):
        for name in ("least.duckdb", "layer.duckdb"):
            (folder / name).unlink(missing_ok=True)
        least = [sys.executable, __file__, "--least", str(shop), str(folder / "least.duckdb")]
        runs["least query"].append(timed(least, {}, HERE))
        runs["orders layer"].append(timed([str(DBT), "run", *selected], environment, SHOP))
        done = ", ".join(f"{name} {figures[-1]['cpu']:.0f} s" for name, figures in runs.items())
        print(f"round {number} of {arguments.rounds}, CPU: {done}", flush=True)

    medians = {
        name: {key: statistics.median(run[key] for run in figures) for key in figures[0]}
        for name, figures in runs.items()
    }
    print("\n| what | wall s | CPU s | peak GB |\n|---|---:|---:|---:|")
    for name, median in medians.items():
        print(f"| {name} | {median['wall']:.1f} | {median['cpu']:.1f} | {median['memory']:.1f} |")
    ratio = medians["orders layer"]["cpu"] / medians["least query"]["cpu"]
    print(f"\nCPU, layer to least query: {ratio:.1f} (dbt's own start is in it)")

    layer = duckdb.connect(str(folder / "layer.duckdb"), read_only=True)
    received, kept = layer.execute(
        "select sum(received_lines), sum(kept_lines) from main_published.order_audit"
    ).fetchone()
    least_lines = (
        duckdb.connect(str(folder / "least.duckdb"), read_only=True)
        .execute("select count(*) from order_lines")
        .fetchone()
    )
    print(
        f"received {received:,}; kept by the layer {kept:,}, by the least query {least_lines[0]:,}"
    )
    print("(the query sees no returns, and one line where an order has a product twice)")

    print("\n| model of the last round | s |\n|---|---:|")
    results = json.loads((SHOP / "target" / "run_results.json").read_text())["results"]
    for result in sorted(results, key=lambda result: -result["execution_time"])[:10]:
        print(f"| {result['unique_id'].split('.')[-1]} | {result['execution_time']:.1f} |")


if __name__ == "__main__":
    main()
