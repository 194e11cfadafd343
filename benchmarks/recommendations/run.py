"""Compare our recommendations with the peers': `python benchmarks/recommendations/run.py`.

Makes an environment for the peers (once), splits the data at the cuts of the protocols, lets
`dbt build` and every peer make lists from what was bought before, and compares the lists with what
was bought after. `--write` puts the tables and the chart into benchmarks/.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path

import numpy as np
import ours
from evaluate import METRICS, mean_over_splits
from splits import DATA_SETS

HERE = Path(__file__).parent
WORK = Path(os.environ.get("ALSO_BOUGHT_BENCH", Path(tempfile.gettempdir()) / "also-bought-bench"))
FOLDER = WORK / "recommendations"

# What is asked of each data set: its lists, and by what name the project knows them; the vars that
# state the protocol (never a parameter of a recommender); what is to be reached.
PROTOCOLS = {
    "online_retail": {
        "lists": {"explore": "explore", "all": "for_you"},
        "vars": {"also_bought__evaluation_days": 31},
        "targets": {("explore", "ndcg"): 0.108, ("all", "ndcg"): 0.342},
        "last_targets": {("all", "ndcg"): 0.362},
    },
    "complete_journey": {
        "lists": {"explore": "explore", "all": "for_you"},
        "vars": {},
        "targets": {("explore", "ndcg"): 0.0255, ("all", "ndcg"): 0.235},
    },
    "amazon_beauty": {
        "lists": {"explore": "explore"},
        "vars": {"also_bought__evaluation_days": 1},
        "targets": {("explore", "hit_rate"): 0.080, ("explore", "ndcg"): 0.050},
    },
}
OURS = {
    "also_bought": "Also Bought, the blend alone",
    "also_bought_published": "Also Bought, as published",
}
PEERS = {
    "top_sellers_7_days": "top sellers, 7 days",
    "top_sellers_28_days": "top sellers, 28 days",
    "top_sellers_all_time": "top sellers, all time",
    "own_frequency": "own frequency",
    "own_frequency_half_life_180": "own frequency, half-life 180 days",
    "implicit_als": "implicit, ALS",
    "lenskit_item_knn": "LensKit, item kNN",
    "ease": "EASE",
    "ease_and_trend": "EASE + top sellers, 7 days",
    "tifu_knn": "TIFU-KNN",
}
METRIC_NAMES = {"ndcg": "NDCG@10", "hit_rate": "HR@10"}


def peers_python():
    """Return the interpreter of the peers' environment, made when it is not there."""
    python = FOLDER / "peers" / "bin" / "python"
    if not python.exists():
        print(f"Installing the peers into {python.parents[1]} (torch among them: gigabytes)")
        venv.create(python.parents[1], with_pip=True)
        requirements = HERE / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
    return python


def run_peer(method, data_set):
    """Let a peer choose its settings on the earlier split and make its lists."""
    lists = ",".join(PROTOCOLS[data_set]["lists"])
    command = [peers_python(), HERE / "peers.py", method, FOLDER, data_set, lists]
    subprocess.run(command, env=os.environ | {"PYTHONWARNINGS": "ignore"}, check=True)


def run_ours(data_set, splits):
    """Build the project at each cut, keep its lists, and say what it took."""
    protocol, builds = PROTOCOLS[data_set], []
    for split in splits:
        folder = FOLDER / "also_bought" / split.name
        ours.write_shop(split, DATA_SETS[data_set].min_buyers, folder)
        builds.append(ours.build(split, folder, protocol["vars"]))
        for method in OURS:
            lists = {
                which: ours.read_lists(split, folder, method, name)
                for which, name in protocol["lists"].items()
            }
            np.savez(FOLDER / f"lists_{method}_{split.name}.npz", **lists)
    figures = {
        "seconds": np.mean([build["seconds"] for build in builds]),
        "peak_mb": max(build["peak_mb"] for build in builds),
        "builds": builds,
    }
    for method in OURS:
        (FOLDER / f"figures_{method}_{data_set}.json").write_text(json.dumps(figures, indent=1))


def values_of(method, splits, which, metric):
    """Return each split's (users, value of each) of a method, or None where it has no lists."""
    values = []
    for split in splits:
        file = FOLDER / f"lists_{method}_{split.name}.npz"
        if not file.exists():
            return None
        with np.load(file) as lists:
            users, value = METRICS[metric](split, which, lists[which])
        values.append((split.users[users], value))
    return values


def interval(values, digits=4):
    """Format a mean over splits with its interval."""
    mean, low, high = mean_over_splits(values)
    return f"{mean:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def report(data_set, splits):
    """Return the Markdown of one data set: the table, and each target met or how far from it."""
    protocol = PROTOCOLS[data_set]
    columns = [
        (which, metric)
        for which in protocol["lists"]
        for metric in METRICS
        if metric == "ndcg" or (which, metric) in protocol["targets"]
    ]
    methods = [
        method
        for method in (OURS | PEERS)
        if (FOLDER / f"figures_{method}_{data_set}.json").exists()
    ]
    found = {
        (method, column): values_of(method, splits, *column)
        for method in methods
        for column in columns
    }
    heads = [f"{which}: {METRIC_NAMES[metric]}" for which, metric in columns]
    lines = [
        f"| {data_set} | " + " | ".join(heads) + " | seconds | peak MB |",
        "| --- |" + " ---: |" * (len(columns) + 2),
    ]
    for method in methods:
        figures = json.loads((FOLDER / f"figures_{method}_{data_set}.json").read_text())
        cells = [interval(found[method, column]) for column in columns]
        took = f"{figures['seconds']:.0f} | {figures['peak_mb']:.0f}"
        lines.append(f"| {(OURS | PEERS)[method]} | " + " | ".join(cells) + f" | {took} |")
    lines.append("")
    for column, target in protocol["targets"].items():
        lines += verdicts(column, target, found, methods, "")
    for column, target in protocol.get("last_targets", {}).items():
        last = {key: values[-1:] for key, values in found.items() if values and key[1] == column}
        lines += verdicts(column, target, last, methods, f", cut {splits[-1].cut}")
    return "\n".join(lines)


def verdicts(column, target, found, methods, where):
    """Say of one target whether each of our lists meets it, and compare with the best peer."""
    which, metric = column
    peers = [method for method in methods if method in PEERS]
    best = max(peers, key=lambda method: mean_over_splits(found[method, column])[0])
    lines = []
    for method in OURS:
        if method not in methods:
            continue
        mean = mean_over_splits(found[method, column])[0]
        differences = [
            (users, value - theirs)
            for (users, value), (_, theirs) in zip(
                found[method, column], found[best, column], strict=True
            )
        ]
        is_met = "met" if mean >= target else f"**not met**, {target - mean:.4f} short"
        lines.append(
            f"- {which}{where}, {METRIC_NAMES[metric]}, {OURS[method]}: {mean:.4f}, to reach "
            f"{target}: {is_met}. Less the best peer's ({PEERS[best]}): {interval(differences)}"
        )
    return lines


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-sets", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    methods = ["also_bought", *PEERS]
    parser.add_argument("--methods", nargs="+", choices=methods, default=methods)
    parser.add_argument(
        "--fresh", action="store_true", help="measure peers again that were measured before"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into the README")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = []
    for name in options.data_sets:
        data_set = DATA_SETS[name]
        splits = data_set.reported()
        data_set.earlier().save(FOLDER / f"{name}_earlier.npz")
        for split in splits:
            split.save(FOLDER / f"{name}_reported_{split.cut}.npz")
        for method in options.methods:
            print(f"{name}: {method}", flush=True)
            if method == "also_bought":
                run_ours(name, splits)
            elif options.fresh or not (FOLDER / f"figures_{method}_{name}.json").exists():
                run_peer(method, name)
        texts.append(report(name, splits))
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    versions = f"DuckDB {version('duckdb')}, dbt {version('dbt-core')}"
    text = "\n\n".join([f"{machine}, {versions}", *texts])
    print(text)


if __name__ == "__main__":
    sys.exit(main())
