"""What a refresh of the neighbours costs, inside dbt: `python benchmarks/neighbours/refresh.py`.

Draws a shop as `scale.py` does and has dbt find all neighbours of users and items. Then one in a
hundred users changes (orders more, has an order corrected, is erased, or is new), and dbt refreshes
the neighbours, and finds them all anew. Prints what each model took either way, and in how many
rows the tables differ.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import duckdb
from scale import prepare, run_dbt

BEFORE = (
    "users",
    "items",
    "cuts",
    "user_item_orders",
    "user_item_counts_by_cut",
    "user_fingerprints",
)
NEIGHBOURS = (
    "user_neighbours_python", "user_neighbours_by_cut", "user_neighbours",
    "item_neighbours_python", "item_neighbours_by_cut", "item_neighbours",
)  # fmt: skip
# Of each hundred thousand users: how many order once more, have a line taken away, go, and come.
CHANGES = """
    create or replace table changed as
    select customer_id, row_number() over (order by hash(customer_id, {day})) as place
    from (select distinct customer_id from main_orders.order_lines);

    insert into main_orders.order_lines
    select customer_id, product_id, order_id || '-again-{day}', ordered_at + interval 1 hour, 1
    from main_orders.order_lines
    inner join changed using (customer_id)
    where place <= {n_users} * 0.006 and hash(product_id, customer_id) % 20 = 0;

    delete from main_orders.order_lines
    where customer_id in (
        select customer_id from changed
        where place > {n_users} * 0.006 and place <= {n_users} * 0.008
    ) and hash(product_id) % 30 = 0;

    delete from main_orders.order_lines
    where customer_id in (
        select customer_id from changed
        where place > {n_users} * 0.008 and place <= {n_users} * 0.009
    );

    insert into main_orders.order_lines
    select 'new-{day}-' || lines.customer_id, product_id, 'new-{day}-' || order_id, ordered_at, 1
    from main_orders.order_lines as lines
    inner join changed using (customer_id)
    where place > {n_users} * 0.009 and place <= {n_users} * 0.010
        and hash(product_id, {day}) % 10 > 2;
"""


def main():
    """Draw, build, change, refresh, build again, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=200_000)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--pairs", type=int, default=40_000_000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--memory-mb", type=int, default=3000, help="of the kernel")
    parser.add_argument("--folder", type=Path, help="where the database is kept for another run")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="also-bought-refresh-"))
    database = prepare(folder, options.users, options.items, options.pairs, "4GB")
    settings = {
        "also_bought__backtest_cuts": 0,
        "also_bought__neighbours_memory_mb": options.memory_mb,
        "also_bought__spare_neighbours_per_user": 50,
    }

    def dbt(*arguments):
        exit_code, run = run_dbt(folder, settings, *arguments)
        if exit_code:
            sys.exit(exit_code)
        return {each["unique_id"].split(".")[2]: each["execution_time"] for each in run["results"]}

    dbt("--select", *BEFORE, *NEIGHBOURS)
    for day in range(1, options.days + 1):
        with duckdb.connect(str(database)) as connection:
            connection.execute(CHANGES.format(day=day, n_users=options.users))
        dbt("--select", *BEFORE)
        refreshed = dbt("--select", *NEIGHBOURS)
        with duckdb.connect(str(database)) as connection:
            for name in ("user_neighbours", "item_neighbours"):
                connection.execute(
                    f"create or replace table refreshed_{name} as from main_neighbours.{name}"
                )
            connection.execute(
                "create or replace table refreshed_python as "
                "from main_neighbours.user_neighbours_python"
            )
        full = dbt("--full-refresh", "--select", *NEIGHBOURS)
        with duckdb.connect(str(database)) as connection:
            differing = sum(
                connection.execute(
                    f"select count(*) from (from {a} except all from {b})"
                ).fetchone()[0]
                for name in ("user_neighbours", "item_neighbours")
                for a, b in (
                    (f"refreshed_{name}", f"main_neighbours.{name}"),
                    (f"main_neighbours.{name}", f"refreshed_{name}"),
                )
            )
            # The next day starts from what was refreshed.
            connection.execute(
                "create or replace table main_neighbours.user_neighbours_python as "
                "from refreshed_python"
            )
        print(f"| day {day} | refreshed, s | all, s | share |\n| --- | ---: | ---: | ---: |")
        for name in NEIGHBOURS:
            share = refreshed[name] / full[name]
            print(f"| {name} | {refreshed[name]:.1f} | {full[name]:.1f} | {share:.0%} |")
        share = sum(map(refreshed.get, NEIGHBOURS)) / sum(map(full.get, NEIGHBOURS))
        print(f"| together | | | {share:.0%} |\n\n{differing} rows differ", flush=True)


if __name__ == "__main__":
    main()
