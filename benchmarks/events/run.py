"""What events add to purchases: `python benchmarks/events/run.py FOLDER`.

FOLDER holds `events.parquet`, a log with the columns `event_time`, `event_type` (view, favourite,
cart, purchase), `user_id`, `item_id` and `source_row`. The build tries each blend on past cuts; of
each list this prints the best blend without events, the best with them, the learned one and the
plain union of all types, and how far each is behind the best of the seeds.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
WINDOWS = {"a week": (7, 12), "four weeks": (28, 3)}

TRIALS = """
    with named as (
        select
            trials.*,
            case
                when trials.blend in ('learned', 'plain_union') then trials.blend
                when events.blend is not null then 'with events'
                else 'without events'
            end as kind
        from main_ranking.blend_trials as trials
        left join main_evaluation.event_blends as events
            on trials.list = events.list and trials.blend = events.blend
    )

    select list, kind, blend, user_count, mean_ndcg, behind_best_low, behind_best_high
    from named
    qualify row_number() over (partition by list, kind order by mean_ndcg desc) = 1
    order by list, mean_ndcg desc
"""


def build(folder: Path, days: int, cuts: int) -> Path:
    """Build the trials of `cuts` past cuts, `days` apart, and return the database."""
    database = HERE / "shop" / f"events_{days}.duckdb"
    shop = HERE / "shop"
    settings = f"{{also_bought__evaluation_days: {days}, also_bought__backtest_cuts: {cuts}}}"
    environment = {
        **os.environ,
        "ALSO_BOUGHT_EVENT_LOG": str(folder.resolve()),
        "ALSO_BOUGHT_DATABASE": str(database),
        "DBT_PROFILES_DIR": str(shop),
    }
    dbt = [str(Path(sys.executable).parent / "dbt"), "--quiet"]
    what = ["--select", "+blend_trials", "--exclude-resource-type", "unit_test", "test"]
    subprocess.run([*dbt, "deps"], cwd=shop, env=environment, check=True)
    subprocess.run(
        [*dbt, "build", *what, "--vars", settings], cwd=shop, env=environment, check=True
    )
    return database


def main() -> None:
    """Build and print the figures of each window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for words, (days, cuts) in WINDOWS.items():
        with duckdb.connect(str(build(folder, days, cuts)), read_only=True) as connection:
            print(f"\n| {words}: list | blend | trials | NDCG@10 | behind the best |")
            print("|---|---|---|---|---|")
            for name, kind, blend, users, *figures in connection.execute(TRIALS).fetchall():
                ndcg, low, high = (f"{figure:.4f}" for figure in figures)
                print(f"| `{name}` | {kind} (`{blend}`) | {users} | {ndcg} | {low} to {high} |")


if __name__ == "__main__":
    main()
