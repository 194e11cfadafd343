"""A shop builds and publishes the same tables wherever it lies and whoever runs it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb
import pytest
from dbt_project import IS_LONG, REPOSITORY, Project, copy_repository

NOBODY = 65534
TURKISH = Path("/usr/share/i18n/locales/tr_TR")
RUN = "import sys; sys.argv[0] = 'dbt'; from dbt.cli.main import cli; cli()"
# As multiprocessing does.
START_ITSELF = "import subprocess, sys; subprocess.run([sys.executable, '-c', ''], check=True)"
PUBLISH = "from also_bought.cli import app; app()"


@dataclass(frozen=True)
class Surroundings:
    """Where and how a shop is built."""

    folder: str = "shop"
    is_another_user: bool = False
    is_turkish: bool = False
    time_zone: str = "UTC"


ALL_AT_ONCE = Surroundings("Anna's shop, İzmir", True, True, "Asia/Kathmandu")
ONE_AT_A_TIME = [
    Surroundings(**{field.name: getattr(ALL_AT_ONCE, field.name)}) for field in fields(Surroundings)
]


def python_for_everybody() -> str:
    """Return an interpreter that a user without rights may run, or skip."""
    if os.geteuid() != 0:
        pytest.skip("only root can act for another user")
    wanted = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{wanted}", f"/usr/local/bin/{wanted}"):
        command = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", candidate, "-c", START_ITSELF]
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.skip(f"only root may run {wanted} here")


def environment(surroundings: Surroundings, root: Path) -> dict[str, str]:
    """Return the environment variables of the surroundings, and no others."""
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY), sysconfig.get_path("purelib")]),
        "DBT_PROFILES_DIR": str(root / "integration_tests"),
        "DO_NOT_TRACK": "1",
        "TZ": surroundings.time_zone,
    }
    if surroundings.is_another_user:
        variables["HOME"] = "/nonexistent"
    if surroundings.is_turkish:
        if not TURKISH.exists():
            pytest.skip("Turkish needs Debian's package `locales`")
        locales = root.parent / "locales"
        locales.mkdir()
        # The locale is complete although localedef has something to say about the C library's.
        subprocess.run(
            ["localedef", "-i", TURKISH, "-f", "UTF-8", locales / "tr_TR.UTF-8"], check=True
        )
        variables |= {"LC_ALL": "tr_TR.UTF-8", "LOCPATH": str(locales)}
    return variables


def publish_from(surroundings: Surroundings, root: Path) -> dict[str, list[tuple]]:
    """Build and publish the book shop in `root`; return the rows of the published tables."""
    copy_repository(root)
    shop = root / "integration_tests"
    shutil.rmtree(shop / "corpus")
    prefix = []
    python = sys.executable
    if surroundings.is_another_user:
        python = python_for_everybody()
        # The shop is theirs. The package stays root's: nobody else can write in it.
        for path in [shop, *shop.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    variables = environment(surroundings, root)
    for program, *arguments in (
        (RUN, "--quiet", "deps"),
        (RUN, "--quiet", "build", "--exclude-resource-type", "unit_test"),
        (PUBLISH, "publish", "--database", "book_shop.duckdb"),
    ):
        done = subprocess.run(
            [*prefix, python, "-c", program, *arguments],
            cwd=shop,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    tables = Project(shop, "serving/also_bought.duckdb").public_tables()
    with duckdb.connect(str(shop / "serving" / "also_bought.duckdb"), read_only=True) as serving:
        published = {
            name for (name,) in serving.execute("select table_name from duckdb_tables()").fetchall()
        }
        return {
            name: serving.execute(f"select * exclude (run_id) from {name} order by all").fetchall()
            for name in published & set(tables)
        }


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """Return a folder that everybody may enter; pytest's own are for one user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def usual_tables(open_folder: Path) -> dict[str, list[tuple]]:
    """Return what the shop publishes from a plain folder, by whoever runs the tests."""
    return publish_from(Surroundings(), open_folder / "usual" / "package")


@pytest.mark.skipif(not IS_LONG, reason="make test-long")
@pytest.mark.parametrize("surroundings", [ALL_AT_ONCE, *ONE_AT_A_TIME], ids=str)
def test_the_tables_are_equal_in_other_surroundings(surroundings, usual_tables, open_folder):
    folder = open_folder / str(abs(hash(surroundings))) / surroundings.folder
    tables = publish_from(surroundings, folder)
    assert len(tables) >= 11
    assert tables == usual_tables
