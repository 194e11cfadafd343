"""Exports are read by what is not Python: Node, npm's reader of Parquet, and Scala."""

import atexit
import functools
import importlib.util
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import duckdb
import pytest
from dbt_project import REPOSITORY
from exported_shop import ODD_USERS, write_shop

from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.export import export

READERS = REPOSITORY / "examples" / "export_readers"
NODE = REPOSITORY / "tests" / "node"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no Node is installed")
needs_hyparquet = pytest.mark.skipif(
    not (NODE / "node_modules").exists(), reason="make test-export installs npm's reader of Parquet"
)
PYSPARK = importlib.util.find_spec("pyspark")
SPARK_JARS = Path(PYSPARK.origin).parent / "jars" / "*" if PYSPARK else None
needs_scala = pytest.mark.skipif(
    shutil.which("java") is None or PYSPARK is None,
    reason="make test-spark installs Java and Scala",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a serving file and two exports, of major versions 1 and 2."""
    folder = tmp_path_factory.mktemp("shop")
    write_shop(folder / "build.duckdb", "run-1")
    publish(folder / "build.duckdb", folder / "serving.duckdb")
    for major in (1, 2):
        export(folder / "serving.duckdb", folder / f"app{major}", major, rows_per_file=50)
    return folder


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a reader."""
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)


def node(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Look up with Node."""
    return run("node", READERS / "look_up.mjs", *arguments)


def scala(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Look up with Scala."""
    return run("java", "-cp", f"{compiled_scala()}:{SPARK_JARS}", "LookUp", *arguments)


@functools.cache
def compiled_scala() -> str:
    """Compile the reader by the compiler that Spark brings, as it brings Jackson, too."""
    folder = tempfile.mkdtemp(prefix="also_bought_scala_")
    atexit.register(shutil.rmtree, folder)
    compiler = ["java", "-cp", SPARK_JARS, "scala.tools.nsc.Main", "-usejavacp", "-d", folder]
    compiled = run(*compiler, READERS / "LookUp.scala")
    assert compiled.returncode == 0, compiled.stderr
    return folder


LANGUAGES = [pytest.param(node, marks=needs_node), pytest.param(scala, marks=needs_scala)]


@pytest.mark.parametrize("look_up", LANGUAGES)
def test_rows_are_found_as_they_were_published(shop, look_up):
    with duckdb.connect(str(shop / "serving.duckdb"), read_only=True) as connection:
        for user in ("u7", *ODD_USERS):
            rows = connection.execute(
                "select * replace (strftime(last_ordered_at, '%Y-%m-%dT%H:%M:%S.%fZ')"
                " as last_ordered_at, price::double as price)"
                " from user_recommendations where user_id = ? order by list, rank",
                [user],
            )
            names = [column[0] for column in rows.description]
            expected = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
            found = look_up(shop / "app1", "user_recommendations", user)
            assert found.returncode == 0, found.stderr
            assert json.loads(found.stdout) == expected
            assert len(expected) in (1, 5)


@pytest.mark.parametrize("look_up", LANGUAGES)
def test_an_old_program_refuses_a_newer_major_version_in_words(shop, look_up):
    refused = look_up(shop / "app2", "user_recommendations", "u7")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        f"This program knows version 1 of the export's schema, and {shop / 'app2'} has"
        " version 2.0. Update the program.\n"
    )


@needs_node
@needs_hyparquet
def test_npms_reader_of_parquet_sees_what_is_published(shop):
    [folder] = (shop / "app1").glob("publication-*")
    query = "from user_recommendations order by user_id, list, rank"
    with duckdb.connect(str(shop / "serving.duckdb"), read_only=True) as connection:
        rows = connection.execute(query)
        names = [column[0] for column in rows.description]
        published = {tuple(row[:3]): dict(zip(names, row, strict=True)) for row in rows.fetchall()}
    files = sorted((folder / "user_recommendations").glob("*.parquet"))[:20]
    assert len(files) == 20
    for file in files:
        read = run("node", NODE / "read_parquet.mjs", file)
        assert read.returncode == 0, read.stderr
        for row in json.loads(read.stdout):
            expected = published[row["user_id"], row["list"], row["rank"]]
            # JavaScript's clock has milliseconds.
            moment = expected["last_ordered_at"]
            text = moment and f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
            assert row == expected | {
                "last_ordered_at": text,
                "price": None if expected["price"] is None else float(expected["price"]),
            }
