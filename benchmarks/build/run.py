"""Time whole builds of this checkout beside those of an older commit, in turns.

`benchmarks/build/run.py --shops demo online_retail 1` in the project's own environment; a number
is a generated shop of so many million received lines. `--write` puts the table into
benchmarks/README.md.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
# The shops are those of the other benchmarks, and so is the clock. They stand before this folder,
# which has a module `run` as well.
sys.path[:0] = [str(HERE.parent / other) for other in ("orders", "recommendations")]

import ours  # noqa: E402
from generate import generate  # noqa: E402
from run import WORK, by_itself, timed, write_report  # noqa: E402
from splits import DATA, DATA_SETS  # noqa: E402

DBT = Path(sys.executable).with_name("dbt")
MARKS = ("<!-- build -->\n", "<!-- end of build -->")
BEFORE, NOW = "before", "now"
# Of what the commit before took: the shares that the project has set itself.
TARGETS = {"cpu": 0.5, "memory": 1 / 3, "file": 0.2, "wall": 0.6}
TITLES = {"cpu": "CPU s", "wall": "wall s", "memory": "peak GB", "file": "file GB"}


@dataclass(frozen=True)
class Shop:
    """A dbt project, relative to a checkout, and what its build is given."""

    title: str
    project: str
    data: str | None = None
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    write: Callable[[Path], None] | None = None


def write_beauty(folder: Path) -> None:
    """Write the reviews up to the benchmark's cut as the files that its shop reads."""
    data_set = DATA_SETS["amazon_beauty"]
    ours.write_shop(data_set.split(data_set.cuts[-1]), data_set.min_buyers, folder)


def write_generated(millions: int) -> Callable[[Path], None]:
    """Return what writes a generated shop of so many million received lines."""
    return lambda folder: by_itself(generate, folder / "received.duckdb", millions * 1_000_000)


def named_shop(name: str, folder: Path) -> Shop:
    """Return the shop of a name, or the generated one of a number of million lines."""
    if name.isdigit():
        return Shop(
            f"generated, {name} million lines",
            "benchmarks/orders/shop",
            environment={"ALSO_BOUGHT_RAW_ORDERS": str(folder / "received.duckdb")},
            write=write_generated(int(name)),
        )
    cut = DATA_SETS["amazon_beauty"].cuts[-1]
    variables = {"also_bought__as_of": str(cut), "also_bought__evaluation_days": 1}
    return {
        "demo": Shop("demo", ".", arguments=("--profiles-dir", "profiles")),
        "online_retail": Shop("Online Retail", "examples/online_retail", "online_retail_2010_2011"),
        "complete_journey": Shop(
            "Complete Journey", "examples/complete_journey", "complete_journey_2017"
        ),
        "amazon_beauty": Shop(
            "Amazon Beauty",
            "benchmarks/recommendations/shop",
            "amazon_beauty_s3rec",
            ("--vars", json.dumps(variables)),
            {"ALSO_BOUGHT_BENCH_SHOP": str(folder)},
            write_beauty,
        ),
    }[name]


def checkout_of(commit: str) -> Path:
    """Return a checkout of an older commit, made where there is none."""
    checkout = WORK / "build" / commit
    if not checkout.exists():
        command = ["git", "worktree", "add", "--detach", str(checkout), commit]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    return checkout


def run_build(shop: Shop, checkout: Path, folder: Path, memory: str) -> dict[str, float]:
    """Build a shop by a checkout's models and kernel; return seconds, peak and file in GB."""
    project, database = checkout / shop.project, folder / "built.duckdb"
    database.unlink(missing_ok=True)
    environment = {
        "PYTHONPATH": str(checkout),
        "ALSO_BOUGHT_DATA": str(DATA),
        "ALSO_BOUGHT_DATABASE": str(database),
        "ALSO_BOUGHT_MEMORY": memory,
        "DO_NOT_TRACK": "1",
    } | shop.environment
    if shop.project != ".":
        deps = [DBT, "--quiet", "deps"]
        subprocess.run(deps, cwd=project, env=os.environ | environment, check=True)
    command = [str(DBT), "--quiet", "--no-partial-parse", "build"]
    command += ["--exclude-resource-type", "unit_test", *shop.arguments]
    took = timed(command, environment, project)
    return took | {"file": database.stat().st_size / 1e9}


def measure(name: str, sides: dict[str, Path], rounds: int, memory: str) -> dict:
    """Build a shop `rounds` times by each side in turns; return the medians."""
    folder = WORK / "build" / name
    folder.mkdir(parents=True, exist_ok=True)
    shop = named_shop(name, folder)
    if shop.data and not (DATA / shop.data).exists():
        print(f"{shop.title} is left out: its data are not in {DATA}.", flush=True)
        return {}
    if shop.write and not any(folder.iterdir()):
        print(f"Writing {shop.title} ...", flush=True)
        shop.write(folder)
    runs: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
    for number in range(1, rounds + 1):
        for side, checkout in sides.items():
            runs[side].append(run_build(shop, checkout, folder, memory))
            figures = ", ".join(f"{TITLES[key]} {runs[side][-1][key]:.2f}" for key in TITLES)
            print(f"  {shop.title}, round {number}, {side}: {figures}", flush=True)
    medians = {
        side: {key: statistics.median(run[key] for run in figures) for key in TITLES}
        for side, figures in runs.items()
    }
    return {"title": shop.title} | medians


def report(results: list[dict], before: str, rounds: int, memory: str) -> str:
    """Return the table in Markdown: of each figure before, now and their ratio."""
    lines = [
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, DuckDB"
        f" {version('duckdb')}, dbt {version('dbt-core')}; DuckDB's memory now {memory}; before is"
        f" commit {before}. Rounds: {rounds}; medians. **Bold** ratios miss their target:"
        + ",".join(f" {title} {TARGETS[key]:.2f}" for key, title in TITLES.items())
        + ".",
        "",
        "| shop |" + "".join(f" {title} before | now | ratio |" for title in TITLES.values()),
        "| --- |" + " ---: | ---: | ---: |" * len(TITLES),
    ]
    for result in results:
        cells = []
        for key in TITLES:
            ratio = result[NOW][key] / result[BEFORE][key]
            shown = f"{ratio:.2f}" if ratio <= TARGETS[key] else f"**{ratio:.2f}**"
            cells.append(f" {result[BEFORE][key]:.3g} | {result[NOW][key]:.3g} | {shown} |")
        lines.append(f"| {result['title']} |" + "".join(cells))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure each shop and print the table; with `--write`, into the README as well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shops = ["demo", "online_retail", "complete_journey", "amazon_beauty", "1", "4", "16"]
    parser.add_argument("--shops", nargs="+", default=shops)
    parser.add_argument("--before", default="79c8f64", help="the commit to compare with")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="4GB", help="the most that DuckDB takes of it")
    parser.add_argument("--write", action="store_true", help="write the table into the README")
    arguments = parser.parse_args()
    sides = {BEFORE: checkout_of(arguments.before), NOW: REPOSITORY}
    results = []
    for name in arguments.shops:
        if result := measure(name, sides, arguments.rounds, arguments.memory):
            results.append(result)
    text = report(results, arguments.before, arguments.rounds, arguments.memory)
    print("\n" + text, flush=True)
    if arguments.write:
        write_report(text, MARKS)


if __name__ == "__main__":
    main()
