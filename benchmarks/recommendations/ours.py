"""Also Bought itself: `dbt build` of the real models on the history of a split, and its lists.

The build knows nothing of what came after the cut: the orders are not in its files. It chooses its
blends on cuts of its own before that, as in any shop.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from evaluate import RANKS

SHOP = Path(__file__).parent / "shop"
DBT = Path(sys.executable).with_name("dbt")


def write_shop(split, min_buyers, folder):
    """Write the history as the files that the dbt project in shop/ reads.

    An item may be recommended from the day after it had enough buyers, so that the protocol's
    catalogue holds at every cut. Without such a rule one buyer is enough: what nobody bought has no
    history.
    """
    folder.mkdir(parents=True, exist_ok=True)
    days = np.datetime64(split.cut) - split.days_ago.astype("timedelta64[D]")
    purchases = pd.DataFrame(
        {
            "customer": split.users[split.user],
            "item": split.items[split.item],
            "day": days.astype("datetime64[s]"),
        }
    )
    connection = duckdb.connect()
    connection.register("received", purchases)
    connection.register("all_items", pd.DataFrame({"item": split.items}))
    connection.execute(
        f"""
        create table purchases as
            select customer, item, cast(day as date) as day from received;
        create table buyers as
            select item, row_number() over (partition by item order by min(day)) as place,
                min(day) as day
            from purchases group by item, customer;
        copy purchases to '{folder}/purchases.parquet';
        copy (
            select all_items.item, coalesce(buyers.day + 1, date '2999-12-31') as recommendable_from
            from all_items
            left join buyers
                on all_items.item = buyers.item and buyers.place = {max(min_buyers, 1)}
            order by all_items.item
        ) to '{folder}/items.parquet';
        """
    )


def build(split, folder, settings):
    """Run `dbt build` and return what it took: seconds, CPU seconds, memory, seconds per layer."""
    variables = {"also_bought__as_of": split.cut} | settings
    environment = os.environ | {
        "ALSO_BOUGHT_BENCH_SHOP": str(folder),
        "ALSO_BOUGHT_DATABASE": str(folder / "also_bought.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    (folder / "also_bought.duckdb").unlink(missing_ok=True)
    subprocess.run([DBT, "--quiet", "deps"], cwd=SHOP, env=environment, check=True)
    command = [DBT, "--quiet", "build", "--exclude-resource-type", "unit_test"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--vars", json.dumps(variables)], cwd=SHOP, env=environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"dbt build of {split.name} failed; its files are in {folder}.")
    took = time.perf_counter() - started
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    rank_by_our_blend(folder, variables, environment)
    layers = {}
    for result in results:
        layer = result["unique_id"].split(".")[0]
        if layer == "model":
            layer = result["relation_name"].split(".")[1].strip('"').removeprefix("main_")
        layers[layer] = layers.get(layer, 0) + result["execution_time"]
    return {
        "seconds": took,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss / 1024,
        "layers": layers,
    }


def rank_by_our_blend(folder, variables, environment):
    """Keep production's lists as our blend ranks them, whatever the verdicts chose to publish."""
    verdicts = "main_published.recommendation_verdicts"
    with duckdb.connect(str(folder / "also_bought.duckdb")) as connection:
        connection.execute(f"create table main.verdicts as from {verdicts}")
        connection.execute(f"update {verdicts} set published_recommender = 'also_bought'")
    command = [DBT, "--quiet", "run", "--select", "published_ranking"]
    subprocess.run(
        [*command, "--vars", json.dumps(variables)], cwd=SHOP, env=environment, check=True
    )
    with duckdb.connect(str(folder / "also_bought.duckdb")) as connection:
        connection.execute(f"delete from {verdicts}")
        connection.execute(f"insert into {verdicts} by name from main.verdicts")
        connection.execute("drop table main.verdicts")


def read_verdicts(folder):
    """Return the verdicts, the blends that the build chose, and what is published."""
    connection = duckdb.connect(str(folder / "also_bought.duckdb"), read_only=True)
    return connection.sql(
        """
        select
            verdicts.list, blend, verdict, best_baseline,
            ndcg_difference, interval_low, interval_high, user_count, published_recommender
        from main_published.recommendation_verdicts as verdicts
        join main_ranking.chosen_blends as blends on verdicts.list = blends.list
        order by verdicts.list
        """
    ).fetchall()


# What is published, and what our blend alone would have said where the gate preferred a baseline.
LISTS = {
    "also_bought_published": "from main_published.user_recommendations",
    "also_bought": """
        from main_ranking.published_ranking
        join main_interactions.users using (user_key)
        join main_interactions.items using (item_key)
    """,
}


def read_lists_beside(split, folder):
    """Return what is published beside the item that each user gives, as `read_lists` does."""
    connection = duckdb.connect(str(folder / "also_bought.duckdb"), read_only=True)
    rows = connection.sql(
        f"""
        select item_id, recommended_item_id, rank
        from main_published.item_recommendations where rank <= {RANKS}
        """
    ).fetchnumpy()
    beside = np.full((len(split.items) + 1, RANKS), -1, np.int32)
    items, recommended = (
        np.searchsorted(split.items, rows[name].astype(str))
        for name in ("item_id", "recommended_item_id")
    )
    beside[items, rows["rank"] - 1] = recommended
    return beside[split.given]


def read_lists(split, folder, method, list_name):
    """Return a list of every user, as evaluate.py has them: users by ranks, -1 for no item."""
    connection = duckdb.connect(str(folder / "also_bought.duckdb"), read_only=True)
    rows = connection.sql(
        f"""
        select user_id, item_id, rank
        from (select * {LISTS[method]})
        where list = '{list_name}' and rank <= {RANKS}
        """
    ).fetchnumpy()
    lists = np.full((len(split.users), RANKS), -1, np.int32)
    users = np.searchsorted(split.users, rows["user_id"].astype(str))
    items = np.searchsorted(split.items, rows["item_id"].astype(str))
    lists[users, rows["rank"] - 1] = items
    return lists
