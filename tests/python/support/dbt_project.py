"""A dbt project on disk, and dbt run on it: for the tests that go from end to end."""

import atexit
import hashlib
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import yaml
from dbt.cli.main import dbtRunner
from dbt.parser.manifest import ManifestLoader

REPOSITORY = Path(__file__).parents[3]
PARTS = ("macros", "models", "python_models", "seeds", "tests", "integration_tests")

# What `make test-long` sets: more cases of chance, and a year of a real shop instead of two months.
IS_LONG = "ALSO_BOUGHT_TEST_LONG" in os.environ

# Importing dbt takes longer than building a little shop: each run is forked from a process that
# has imported it already.
WARM_DBT = multiprocessing.get_context("forkserver")
WARM_DBT.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])

# Parsing takes longer than building a little shop, and dbt parses anew whatever is called with
# other vars. What this process has parsed once is lent to each project of the same configuration;
# dbt itself compares the files and parses again those that differ. Made on first use: the forked
# runs of dbt import this module as well.
PARSED = Path(tempfile.gettempdir(), f"also_bought_parsed_{os.getpid()}")
atexit.register(shutil.rmtree, PARSED, ignore_errors=True)

# They change no reference, no configuration and no node: only hooks and rendered SQL read them.
RUN_TIME_VARS = {
    f"also_bought__{name}"
    for name in (
        "accepted_checks",
        "as_of",
        "control_totals_tolerance",
        "least_people",
        "max_items_per_user",
        "max_rejected_share",
        "stopping_checks",
    )
}


def parsed_vars(variables: dict[str, object]) -> dict[str, object]:
    """Return the vars that decide what dbt parses."""
    return {name: value for name, value in variables.items() if name not in RUN_TIME_VARS}


def state_check_of_parsed_vars(loader: ManifestLoader) -> object:
    """Return what dbt compares before it parses anew, as if no run-time var were given."""
    project = loader.root_project
    given = project.cli_vars
    project.cli_vars = parsed_vars(given)
    try:
        return BUILD_STATE_CHECK(loader)
    finally:
        project.cli_vars = given


BUILD_STATE_CHECK = ManifestLoader.build_manifest_state_check


def run_dbt(
    root: Path, output: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    """Run dbt in `root`, print to `output`, and exit as the command line would."""
    os.chdir(root)
    # Whoever has set it for their own builds means another file.
    os.environ.pop("ALSO_BOUGHT_DATABASE", None)
    os.environ.update({"DBT_PROFILES_DIR": str(root), "DO_NOT_TRACK": "1"} | environment)
    ManifestLoader.build_manifest_state_check = state_check_of_parsed_vars
    with output.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.exit(not dbtRunner().invoke(list(arguments)).success)


class Project:
    """A dbt project and its build database.

    Parameters
    ----------
    root : pathlib.Path
        The folder of dbt_project.yml and profiles.yml.
    database : str
        The DuckDB file that the profile names, relative to `root`.
    """

    def __init__(self, root: Path, database: str) -> None:
        self.root = root
        self.database = root / database
        self.output = root / "output.txt"
        self.partial_parse = root / "target" / "partial_parse.msgpack"

    def start_dbt(self, *arguments: str, **environment: str) -> BaseProcess:
        """Start dbt and return the running process; it prints to `self.output`."""
        self.output.write_text("")
        if (parsed := self.parsed(arguments)).exists():
            self.partial_parse.parent.mkdir(exist_ok=True)
            shutil.copy(parsed, self.partial_parse)
        process = WARM_DBT.Process(
            target=run_dbt, args=(self.root, self.output, arguments, environment)
        )
        process.start()
        return process

    def dbt(self, *arguments: str, succeeds: bool = True, **environment: str) -> str:
        """Run dbt to its end and return what it printed."""
        process = self.start_dbt(*arguments, **environment)
        process.join(timeout=900)
        assert (process.exitcode == 0) == succeeds, self.output.read_text()
        # The first is kept: the later ones may be of projects with planted faults.
        parsed = self.parsed(arguments)
        if self.partial_parse.exists() and not parsed.exists():
            PARSED.mkdir(exist_ok=True)
            shutil.copy(self.partial_parse, parsed)
        return self.output.read_text()

    def parsed(self, arguments: tuple[str, ...]) -> Path:
        """Return the file of what was parsed with this configuration and these vars."""
        files = ("dbt_project.yml", "profiles.yml", "packages.yml")
        texts = [(self.root / file).read_text() for file in files if (self.root / file).exists()]
        options = dict(pairwise(arguments))
        variables = parsed_vars(yaml.safe_load(options.get("--vars", "{}")))
        parts = repr((texts, variables, options.get("--target")))
        return PARSED / hashlib.sha256(parts.encode()).hexdigest()

    def rows(self, query: str) -> list[tuple]:
        """Return the rows of a query on the build database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace `old`, which must stand in the file exactly once."""
        file = self.root / path
        text = file.read_text()
        assert text.count(old) == 1, f"{path} holds {text.count(old)} times: {old}"
        file.write_text(text.replace(old, new))

    def results(self) -> dict[str, str]:
        """Return the status of each node of the last command, by the node's name."""
        results = json.loads((self.root / "target" / "run_results.json").read_text())["results"]
        # unique_id: type.package.name, for a generic test with a hash behind it.
        return {result["unique_id"].split(".")[2]: result["status"] for result in results}

    def failures(self) -> set[str]:
        """Return the nodes that failed in the last command."""
        return {name for name, status in self.results().items() if status in ("fail", "error")}

    def public_tables(self, target_path: str = "target") -> dict[str, str]:
        """Return the relations of the public models, by the model's name."""
        return {
            node["name"]: node["relation_name"]
            for node in self.nodes(target_path).values()
            if node.get("access") == "public"
        }

    def nodes(self, target_path: str = "target") -> dict[str, dict]:
        """Return the nodes of the last run's manifest, by their unique id."""
        return json.loads((self.root / target_path / "manifest.json").read_text())["nodes"]

    def contents(self) -> dict[str, list[tuple]]:
        """Return the rows of each public model, in order."""
        return {
            name: self.rows(f"select * from {relation} order by all")
            for name, relation in self.public_tables().items()
        }


def copy_repository(root: Path) -> Project:
    """Copy this project to `root`, with its profile beside it."""
    for part in PARTS:
        if (REPOSITORY / part).exists():
            shutil.copytree(
                REPOSITORY / part,
                root / part,
                ignore=shutil.ignore_patterns(
                    "python", "target", "logs", "dbt_packages", "package-lock.yml", "*.duckdb*"
                ),
            )
    shutil.copy(REPOSITORY / "dbt_project.yml", root)
    shutil.copy(REPOSITORY / "profiles" / "profiles.yml", root)
    return Project(root, "also_bought.duckdb")


def copy_macros(root: Path) -> Project:
    """Copy this project to `root` with one small model in place of its own: it parses at once."""
    shutil.copy(REPOSITORY / "dbt_project.yml", root)
    shutil.copy(REPOSITORY / "profiles" / "profiles.yml", root)
    shutil.copytree(REPOSITORY / "macros", root / "macros")
    (root / "models").mkdir()
    (root / "models" / "built.sql").write_text("select 1 as built")
    return Project(root, "also_bought.duckdb")
