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
import venv
from importlib.metadata import version
from pathlib import Path

import numpy as np
import ours
from protocols import FOLDER, OURS, PEER_LISTS, PEERS, PROTOCOLS
from report import summarise, tables
from splits import DATA_SETS

HERE = Path(__file__).parent
BEGIN, END = "<!-- recommendations -->", "<!-- end of recommendations -->"


def peers_python():
    """Return the interpreter of the peers' environment, made when it is not there."""
    python = FOLDER / "peers" / "bin" / "python"
    if not python.exists():
        print(f"Installing the peers into {python.parents[1]} (torch among them: gigabytes)")
        venv.create(python.parents[1], with_pip=True)
        requirements = HERE / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
    return python


def run_peer(method, data_set, lists):
    """Let a peer choose its settings on the earlier split and make its lists."""
    command = [peers_python(), HERE / "peers.py", method, FOLDER, data_set, ",".join(lists)]
    subprocess.run(command, env=os.environ | {"PYTHONWARNINGS": "ignore"}, check=True)


def run_ours(data_set, splits):
    """Build the project at each cut, keep its lists, and say what it took.

    One build more, of the last cut without any past cuts, says what production alone takes.
    """
    protocol, builds = PROTOCOLS[data_set], []
    for split in splits:
        folder = FOLDER / "also_bought" / split.name
        ours.write_shop(split, DATA_SETS[data_set].min_buyers, folder)
        took = ours.build(split, folder, protocol["vars"])
        builds.append(took | {"cut": split.cut, "verdicts": ours.read_verdicts(folder)})
        for method in OURS:
            lists = {
                which: ours.read_lists(split, folder, method, name)
                for which, name in protocol["lists"].items()
                if which != "beside"
            }
            if method == "also_bought_published" and "beside" in protocol["lists"]:
                lists["beside"] = ours.read_lists_beside(split, folder)
            np.savez(FOLDER / f"lists_{method}_{split.name}.npz", **lists)
    production = ours.build(split, folder, protocol["vars"] | {"also_bought__backtest_cuts": 0})
    figures = {
        "seconds": float(np.mean([build["seconds"] for build in builds])),
        "peak_mb": max(build["peak_mb"] for build in builds),
        "builds": builds,
        "production": production,
    }
    for method in OURS:
        (FOLDER / f"figures_{method}_{data_set}.json").write_text(json.dumps(figures, indent=1))


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
    summaries = []
    for name in options.data_sets:
        data_set = DATA_SETS[name]
        splits = data_set.reported()
        data_set.earlier().save(FOLDER / f"{name}_earlier.npz")
        for split in splits:
            split.save(FOLDER / f"{name}_reported_{split.cut}.npz")
        for method in options.methods:
            if method == "also_bought":
                print(f"{name}: {method}", flush=True)
                run_ours(name, splits)
                continue
            asked = PROTOCOLS[name]["lists"]
            lists = [
                which for which in PEER_LISTS.get(method, ("explore", "all")) if which in asked
            ]
            is_there = (FOLDER / f"figures_{method}_{name}.json").exists()
            if lists and (options.fresh or not is_there):
                print(f"{name}: {method}", flush=True)
                run_peer(method, name, lists)
        summaries.append(summarise(name, splits))
    (FOLDER / "results.json").write_text(json.dumps(summaries, indent=1))
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    versions = f"DuckDB {version('duckdb')}, dbt {version('dbt-core')}"
    text = "\n\n".join([f"{machine}, {versions}", *map(tables, summaries)])
    print(text)
    if options.write:
        readme = HERE.parent / "README.md"
        head, _, rest = readme.read_text().partition(f"{BEGIN}\n")
        tail = rest.partition(END)[2]
        readme.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")
        chart = HERE / "recommendations.svg"
        subprocess.run(
            [peers_python(), HERE / "chart.py", FOLDER / "results.json", chart], check=True
        )


if __name__ == "__main__":
    main()
