"""Compare the neighbour kernel with its peers: `python benchmarks/neighbours/run.py`.

Makes an environment for the peers (once), draws or loads the data, runs every method on every
task in a process of its own, in turns, and prints a table of medians with the targets met or not
met. A run may be of some tasks only: what earlier runs measured of others stays in the table.
`--write` puts the table into benchmarks/README.md, and draws the chart.
"""

import argparse
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import venv
from importlib.metadata import version
from pathlib import Path

import data
import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORK = Path(os.environ.get("ALSO_BOUGHT_BENCH", Path(tempfile.gettempdir()) / "also-bought-bench"))
K = 50
OURS = "also_bought"
PEERS = ("sparse_dot_topn", "similaripy", "implicit", "lenskit", "scikit_learn", "blocked_scipy")

SHOPS = {
    "complete_journey": data.complete_journey,
    "online_retail": data.online_retail,
    "shop_50k_20k_2m": lambda: data.synthetic_shop(50_000, 20_000, 2_000_000),
    "shop_200k_50k_10m": lambda: data.synthetic_shop(200_000, 50_000, 10_000_000),
    "shop_70k_10k_10m": lambda: data.synthetic_shop(70_000, 10_000, 10_000_000),
    "shop_1m_50k_10m": lambda: data.synthetic_shop(1_000_000, 50_000, 10_000_000),
}
# Item-item at 2 times the best peer everywhere, user-user at 4 times from 50,000 users on.
TARGETS = {"items": 2.0, "users": 4.0}
USERS_OF_TARGET = 50_000
# The methods that need memory or time in the square of the rows run where that is seconds.
SMALL_ONLY = {"duckdb": 3e8, "scikit_learn": 2e9}


def peers_python():
    """Return the interpreter of the peers' environment, made when it is not there."""
    folder = WORK / "peers"
    python = folder / "bin" / "python"
    if not python.exists():
        print(f"Installing the peers into {folder}")
        venv.create(folder, with_pip=True)
        requirements = HERE / "requirements.txt"
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
    return python


def pairs_files(shop):
    """Return the files of both tasks of a shop, and its size; None where the data are absent."""
    files = {side: WORK / f"{shop}_{side}.npz" for side in ("items", "users")}
    if not all(file.exists() for file in files.values()):
        try:
            users, items, counts = (part.astype(np.int32) for part in SHOPS[shop]())
        except FileNotFoundError as absent:
            print(f"{shop} is left out: {absent}")
            return None
        WORK.mkdir(parents=True, exist_ok=True)
        np.savez(files["items"], rows=items, columns=users, counts=counts)
        np.savez(files["users"], rows=users, columns=items, counts=counts)
    return files


def tasks(shops, sides):
    """Yield shop, side and file of pairs of each task whose data are here."""
    for shop in shops:
        files = pairs_files(shop)
        for side in sides if files else []:
            yield shop, side, files[side]


def read_pairs(file):
    """Return row keys, column keys and counts."""
    with np.load(file) as arrays:
        return [arrays[name] for name in ("rows", "columns", "counts")]


def measure(python, method, pairs, scores, limit):
    """Run one method once in its own process; None when it takes too long or fails."""
    command = [python, HERE / "methods.py", method, pairs, str(K), scores]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
        )
    except subprocess.CalledProcessError as error:
        if error.returncode == -signal.SIGXCPU:
            return {"failed": f"over {limit} CPU s"}
        return {"failed": error.stderr.strip().splitlines()[-1] if error.stderr else "killed"}
    return json.loads(done.stdout.splitlines()[-1])


def run_task(python, shop, side, pairs, options):
    """Run all methods of a task in turns; return the rows of its table."""
    with np.load(pairs) as arrays:
        held = np.bincount(arrays["columns"]).astype(float)
        n_rows = int(arrays["rows"].max()) + 1
    products = float((held**2).sum())
    methods = [
        method
        for method in options.methods
        if max(products, n_rows**2) < SMALL_ONLY.get(method, np.inf)
    ]
    runs = {method: [] for method in methods}
    for round_number in range(options.rounds):
        for method in methods:
            if runs[method] and "failed" in runs[method][-1]:
                continue
            scores = str(WORK / f"scores_{method}.npy") if round_number == 0 else "-"
            Path(scores).unlink(missing_ok=True)
            figures = measure(python, method, pairs, scores, options.limit)
            if scores != "-" and "failed" not in figures:
                figures["equal"] = equal_rows(scores)
            runs[method].append(figures)
            print(f"{shop} {side}, round {round_number + 1}: {method} {figures}", flush=True)
    rows = []
    for method, each in runs.items():
        row = {"shop": shop, "side": side, "method": method, "rows": n_rows, "products": products}
        if "failed" in each[-1]:
            row["failed"] = each[-1]["failed"]
        else:
            medians = {
                x: statistics.median(run[x] for run in each) for x in ("wall", "cpu", "peak")
            }
            row |= medians | {"rounds": len(each), "equal": each[0]["equal"]}
        rows.append(row)
    return rows


def keep(measured):
    """Put what was measured in the place of what was known of those tasks; return all."""
    file = WORK / "results.json"
    known = json.loads(file.read_text()) if file.exists() else []
    tasks = {(shop, side): [] for shop in SHOPS for side in TARGETS}
    for row in known:
        tasks[row["shop"], row["side"]].append(row)
    results = [row for rows in (tasks | measured).values() for row in rows]
    file.write_text(json.dumps(results, indent=1))
    return results


def equal_rows(scores):
    """Return the share of rows whose K scores are those of our kernel, to 5 digits.

    Scores are compared, not keys: at a tie at the end of the list each method has its own choice.
    """
    ours, theirs = WORK / f"scores_{OURS}.npy", Path(scores)
    if not ours.exists() or not theirs.exists():
        return None
    ours, theirs = np.load(ours, mmap_mode="r"), np.load(theirs, mmap_mode="r")
    n_rows = min(len(ours), len(theirs))
    close = np.abs(ours[:n_rows] - theirs[:n_rows]).max(axis=1) < 1e-5
    return float(close.sum() / max(len(ours), len(theirs)))


def table(results):
    """Format the results as Markdown, with the ratios to ours and the targets."""
    lines = [
        "| task | method | n | wall s | CPU s | wall ratio | CPU ratio | peak MB | rows equal |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    verdicts = [
        "| task | best peer | its CPU, times ours | target | leanest peer "
        "| our peak, times its | at most 1.5 |",
        "| --- | --- | ---: | --- | --- | ---: | --- |",
    ]
    tasks = dict.fromkeys((row["shop"], row["side"]) for row in results)
    for shop, side in tasks:
        rows = [row for row in results if (row["shop"], row["side"]) == (shop, side)]
        ours = next(row for row in rows if row["method"] == OURS)
        for row in rows:
            task = f"{shop}, {side}"
            if "failed" in row:
                lines.append(f"| {task} | {row['method']} | | {row['failed']} | | | | | |")
                continue
            equal = "" if row["equal"] is None else f"{row['equal']:.2%}"
            lines.append(
                f"| {task} | {row['method']} | {row['rounds']} | {row['wall']:.2f} | "
                f"{row['cpu']:.2f} | "
                f"{row['wall'] / ours['wall']:.1f} | {row['cpu'] / ours['cpu']:.1f} | "
                f"{row['peak'] / 1e6:.0f} | {equal} |"
            )
        peers = [row for row in rows if row["method"] in PEERS and "failed" not in row]
        if not peers or (side == "users" and ours["rows"] < USERS_OF_TARGET):
            continue
        best = min(peers, key=lambda row: row["cpu"])
        leanest = min(peers, key=lambda row: row["peak"])
        ratio, memory = best["cpu"] / ours["cpu"], ours["peak"] / leanest["peak"]
        verdicts.append(
            f"| {shop}, {side} | {best['method']} | {ratio:.1f} "
            f"| {TARGETS[side]:.0f}: {_met(ratio >= TARGETS[side])} "
            f"| {leanest['method']} | {memory:.1f} | {_met(memory <= 1.5)} |"
        )
    return "\n".join([*lines, "", *verdicts])


def _met(is_met):
    return "met" if is_met else "**not met**"


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shops", nargs="+", choices=SHOPS, default=list(SHOPS))
    parser.add_argument("--sides", nargs="+", choices=TARGETS, default=list(TARGETS))
    methods = [OURS, *PEERS, "duckdb"]
    parser.add_argument("--methods", nargs="+", choices=methods, default=methods)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=300, help="CPU seconds a method may take")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    options = parser.parse_args()
    python = peers_python()
    measured = {}
    for shop, side, file in tasks(options.shops, options.sides):
        measured[shop, side] = run_task(python, shop, side, file, options)
        keep(measured)
    results = keep(measured)
    if not results:
        sys.exit("No data: nothing was measured.")
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    text = f"{machine}, numba {version('numba')}, K = {K}\n\n{table(results)}"
    print(text)
    if options.write:
        readme = HERE.parent / "README.md"
        head, _, rest = readme.read_text().partition("<!-- results -->\n")
        tail = rest.partition("<!-- end of results -->")[2]
        subprocess.run(
            [python, HERE / "chart.py", WORK / "results.json", HERE / "neighbours.svg"], check=True
        )
        chart = "![CPU time of all methods](neighbours/neighbours.svg)"
        readme.write_text(
            f"{head}<!-- results -->\n{text}\n\n{chart}\n<!-- end of results -->{tail}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
