"""What the package costs a project that pulls it from git: files, and seconds of deps and parse.

`dbt deps && dbt parse` of a project with two models, with and without the package, in turns; then
`dbt parse` again, which reads only what has changed.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
TAG = "to-be-measured"
PROJECT = """
name: shop
version: 1.0.0
profile: shop
flags: {send_anonymous_usage_stats: false}
vars:
  also_bought__order_sources: [stg_shop__orders]
  also_bought__products: stg_shop__products
  also_bought__customers: null
"""
PROFILE = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}"


@dataclass(frozen=True)
class Cost:
    """Seconds of a clock and of all processors."""

    wall: float
    cpu: float


def write_shop(root: Path, package: Path | None) -> None:
    """Write a project of two models; with `package`, a git repository, that is its package."""
    (root / "models").mkdir(parents=True)
    for model in ("orders", "products"):
        (root / "models" / f"stg_shop__{model}.sql").write_text("select 1 as id")
    (root / "dbt_project.yml").write_text(PROJECT)
    (root / "profiles.yml").write_text(PROFILE)
    packages = [{"git": package.as_uri(), "revision": TAG}] if package else []
    # JSON is YAML.
    (root / "packages.yml").write_text(json.dumps({"packages": packages}))


def measured(root: Path, *commands: str) -> Cost:
    """Run dbt's commands one after the other and return what they took."""
    before, started_at = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    for command in commands:
        subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--quiet", command],
            cwd=root,
            env=os.environ | {"DBT_PROFILES_DIR": str(root), "DO_NOT_TRACK": "1"},
            check=True,
        )
    wall, after = time.perf_counter() - started_at, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def counted(root: Path) -> str:
    """Return what was pulled and what of it dbt parsed, in words."""
    package = root / "dbt_packages" / "also_bought"
    pulled = [file for file in package.rglob("*") if file.is_file() and ".git" not in file.parts]
    manifest = json.loads((root / "target" / "manifest.json").read_text())
    nodes = [
        node
        for kind in ("nodes", "macros", "unit_tests")
        for node in manifest[kind].values()
        if node["package_name"] == "also_bought"
    ]
    parsed = {node["original_file_path"] for node in nodes}
    megabytes = sum(file.stat().st_size for file in pulled) / 1e6
    return (
        f"{len(pulled)} files are pulled ({megabytes:.1f} MB), {len(parsed)} hold what is parsed:"
        f" {len(nodes)} models, tests, seeds and macros"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each project (default: 5)")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        package, alone, beside = (Path(folder, name) for name in ("package", "alone", "beside"))
        subprocess.run(["git", "clone", "--quiet", "--bare", REPOSITORY, package], check=True)
        subprocess.run(["git", "-C", package, "tag", TAG], check=True)
        write_shop(alone, None)
        write_shop(beside, package)
        first: dict[Path, list[Cost]] = {alone: [], beside: []}
        again: dict[Path, list[Cost]] = {alone: [], beside: []}
        for _ in range(runs):
            for root in (alone, beside):
                for made in ("target", "dbt_packages"):
                    shutil.rmtree(root / made, ignore_errors=True)
                first[root].append(measured(root, "deps", "parse"))
                again[root].append(measured(root, "parse"))
        print(counted(beside))
    for title, costs in (("deps and parse", first), ("parse again", again)):
        for unit in ("wall", "cpu"):
            without, with_it = (
                statistics.median(getattr(cost, unit) for cost in taken) for taken in costs.values()
            )
            print(
                f"{title}, {unit} seconds, medians of {runs}: {without:.1f} without the package,"
                f" {with_it:.1f} with it, {with_it - without:.1f} more"
            )


if __name__ == "__main__":
    main()
