"""Take a very large shop through dbt: `python benchmarks/neighbours/scale.py`.

Draws 2.5 million users, 35,000 items and 95 million pairs (user activity lognormal, item
popularity Zipf-Mandelbrot, an order line each) into a database, in the tables that the orders layer
would leave, and has dbt build what rests on items: the counts, item neighbours, item
recommendations, and the items that are proposed to each user. Prints what each model took, the
CPU seconds and the peak of memory of dbt's process. User neighbours are asked for, too, and left
out by their limit, with the figures in dbt's log.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np

ROOT = Path(__file__).parents[2]
USERS_AT_ONCE = 250_000
MODELS = (
    "users", "items", "cuts", "user_item_orders", "user_item_counts_by_cut", "user_item_counts",
    "eligible_items", "item_popularity", "list_users", "item_neighbours_python",
    "item_neighbours_by_cut", "item_neighbours", "item_recommendations", "user_neighbours_python",
    "user_neighbours_by_cut",
    "item_regression_python", "voters", "ballots", "votes_python",
)  # fmt: skip
# No past cuts, each of which costs as much as production; the fewest items that may be proposed.
SETTINGS = {
    "also_bought__backtest_cuts": 0,
    "also_bought__candidates_per_signal": 100,
    "also_bought__neighbours_memory_mb": 2000,
}
PROFILE = """
also_bought:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: {database}
      threads: 1
      settings: {{memory_limit: {memory_limit}, threads: 2, preserve_insertion_order: false}}
"""


def draw(database, n_users, n_items, n_pairs):
    """Draw about so many distinct pairs of user and item, as order lines; return how many."""
    random = np.random.default_rng(1)
    activity = random.lognormal(0, 1, n_users)
    # A tenth more draws than pairs: popular items are drawn twice.
    draws = random.poisson(activity * (1.1 * n_pairs / activity.sum()))
    popularity = np.cumsum((np.arange(n_items) + 20.0) ** -1)
    item_of_rank = random.permutation(n_items)
    connection = duckdb.connect(database, config={"threads": 2, "memory_limit": "2GB"})
    connection.execute(
        """
        create schema main_orders;
        create table main_orders.order_lines (
            customer_id varchar, product_id varchar, order_id varchar, ordered_at timestamp,
            net_quantity bigint
        );
        create table main_orders.catalogue as
        select 'p' || range as product_id, 'Product ' || range as product_name, 'all' as category,
            null::date as launched_on, null::date as discontinued_on, true as is_in_stock,
            false as is_blocked
        from range(?)
        """,
        [n_items],
    )
    for first in range(0, n_users, USERS_AT_ONCE):
        users = np.arange(first, min(first + USERS_AT_ONCE, n_users))
        users = np.repeat(users, draws[first : first + USERS_AT_ONCE])
        ranks = np.searchsorted(popularity, random.random(users.size) * popularity[-1])
        cells = np.unique(users * n_items + item_of_rank[ranks])  # noqa: F841
        connection.execute(
            """
            insert into main_orders.order_lines
            select 'c' || user_number, 'p' || cell % ?, user_number || '-' || day,
                timestamp '2025-01-01' + to_days(day::int), 1
            from (
                select column0 as cell, column0 // ? as user_number, hash(column0) % 360 as day
                from cells
            )
            """,
            [n_items, n_items],
        )
    return connection.execute("select count(*) from main_orders.order_lines").fetchone()[0]


def prepare(folder, n_users, n_items, n_pairs, memory_limit):
    """Draw the shop where `folder` has none yet, and write dbt's profile; return the database."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "shop.duckdb"
    if not database.exists():
        n_drawn = draw(str(database), n_users, n_items, n_pairs)
        print(f"{n_drawn:,} pairs drawn", flush=True)
    profile = PROFILE.format(database=database, memory_limit=memory_limit)
    (folder / "profiles.yml").write_text(profile)
    return database


def run_dbt(folder, settings, *arguments):
    """Have dbt run models on the shop; return its exit code and what its run_results.json says."""
    command = [
        Path(sys.executable).with_name("dbt"), "run", "--profiles-dir", folder,
        "--target-path", folder / "target", "--vars", json.dumps(settings), *arguments,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"DBT_LOG_PATH": str(folder)})
    return done.returncode, json.loads((folder / "target" / "run_results.json").read_text())


def main():
    """Draw, build, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=2_500_000)
    parser.add_argument("--items", type=int, default=35_000)
    parser.add_argument("--pairs", type=int, default=95_000_000)
    parser.add_argument("--memory-limit", default="4GB", help="of DuckDB; the kernel has 2 GB more")
    parser.add_argument("--folder", type=Path, help="where the database is kept for another run")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="also-bought-scale-"))
    prepare(folder, options.users, options.items, options.pairs, options.memory_limit)
    exit_code, results = run_dbt(folder, SETTINGS, "--select", *MODELS)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("| model | s |\n| --- | ---: |")
    for result in results["results"]:
        print(f"| {result['unique_id'].split('.')[2]} | {result['execution_time']:.0f} |")
    print(
        f"\n{results['elapsed_time']:.0f} s, {used.ru_utime + used.ru_stime:.0f} CPU s, "
        f"peak {used.ru_maxrss / 1e6:.1f} GB"
    )
    sys.exit(exit_code)


if __name__ == "__main__":
    main()
