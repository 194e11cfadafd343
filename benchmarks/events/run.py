"""What events add to purchases: `python benchmarks/events/run.py FOLDER`.

FOLDER holds `events.parquet`, a log with the columns `event_time`, `event_type` (view, favourite,
cart, purchase), `user_id`, `item_id` and `source_row`. The build tries each blend on past cuts. Of
each list this prints the best blend without events, the best with them and the plain union of all
types, and how far the last two are ahead of the first. A user at several cuts is one witness.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np

HERE = Path(__file__).parent
SHOP = HERE / "shop"
TRIALS = SHOP / "target" / "compiled" / "also_bought" / "models" / "ranking" / "blend_trials.sql"
WINDOWS = {"a week": (7, 12), "four weeks": (28, 3)}
DRAWS = 2000

KINDS = """
    select
        trials.list,
        trials.blend,
        case
            when trials.blend = 'plain_union' then 'plain union'
            when events.blend is not null then 'with events'
            else 'without events'
        end as kind
    from main_ranking.blend_trials as trials
    left join main_evaluation.event_blends as events
        on trials.list = events.list and trials.blend = events.blend
    where trials.blend <> 'learned'
    order by trials.list, kind, trials.mean_ndcg desc, trials.blend
"""


def build(folder: Path, days: int, cuts: int) -> Path:
    """Build the trials of `cuts` past cuts, `days` apart, and return the database."""
    database = SHOP / f"events_{days}.duckdb"
    settings = f"{{also_bought__evaluation_days: {days}, also_bought__backtest_cuts: {cuts}}}"
    environment = {
        **os.environ,
        "ALSO_BOUGHT_EVENT_LOG": str(folder.resolve()),
        "ALSO_BOUGHT_DATABASE": str(database),
        "DBT_PROFILES_DIR": str(SHOP),
    }
    dbt = [str(Path(sys.executable).parent / "dbt"), "--quiet"]
    what = ["--select", "+blend_trials", "--exclude-resource-type", "unit_test", "test"]
    subprocess.run([*dbt, "deps"], cwd=SHOP, env=environment, check=True)
    command = [*dbt, "build", *what, "--vars", settings]
    subprocess.run(command, cwd=SHOP, env=environment, check=True)
    return database


def interval(differences: np.ndarray, users: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean of differences, drawn by user."""
    _, position = np.unique(users, return_inverse=True)
    sums, counts = np.bincount(position, differences), np.bincount(position)
    drawn = np.random.default_rng(7).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return tuple(np.quantile(means, [0.025, 0.975]))


def main() -> None:
    """Build and print the figures of each window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for words, (days, cuts) in WINDOWS.items():
        database = build(folder, days, cuts)
        # The compiled model up to the rows that it sums up: one per blend, cut and user.
        user_trials = TRIALS.read_text().partition("-- A learned blend is compared")[0]
        user_trials = user_trials.rstrip().rstrip(",") + " select * from user_trials"
        with duckdb.connect(str(database), read_only=True) as connection:
            best: dict[str, dict[str, str]] = {}
            for name, blend, kind in connection.execute(KINDS).fetchall():
                best.setdefault(name, {}).setdefault(kind, blend)
            ndcg: dict[tuple[str, str], dict[tuple[int, int], float]] = {}
            columns = "list, blend, cut_key, user_key, ndcg"
            for name, blend, cut, user, value in connection.execute(
                f"select {columns} from ({user_trials}) order by all"
            ).fetchall():
                ndcg.setdefault((name, blend), {})[cut, user] = value
        print(f"\n| {words}: list | blend | NDCG@10 | ahead of the best without events |")
        print("|---|---|---|---|")
        for name, kinds in best.items():
            base = ndcg[name, kinds.get("without events", "as_last_seen")]
            users = np.array([user for _, user in base])
            for kind, blend in kinds.items():
                values = np.array([ndcg[name, blend][trial] for trial in base])
                difference = values - np.array(list(base.values()))
                low, high = interval(difference, users)
                ahead = f"{difference.mean():.4f} ({low:.4f} to {high:.4f})"
                print(f"| `{name}` | {kind} (`{blend}`) | {values.mean():.4f} | {ahead} |")
        print(f"\n{len(users)} trials of {len(set(users))} users in the last list.")


if __name__ == "__main__":
    main()
