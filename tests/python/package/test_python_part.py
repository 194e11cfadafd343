"""The Python part: a build that needs it asks for it before anything runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from dbt_project import Project, copy_macros


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project of one table and one Python model."""
    project = copy_macros(tmp_path)
    model = "def model(dbt, session):\n    return session.sql('select 1')\n"
    (project.root / "models" / "kernel.py").write_text(model)
    return project


def build_without(project: Project, module: str) -> str:
    """Build where a module cannot be imported; return what is printed."""
    start = f"import sys; sys.modules['{module}'] = None; from dbt.cli.main import cli; cli()"
    # Whoever has set it for their own builds means another file.
    environment = {k: v for k, v in os.environ.items() if k != "ALSO_BOUGHT_DATABASE"}
    return subprocess.run(
        [sys.executable, "-c", start, "--quiet", "--no-use-colors", "build"],
        cwd=project.root,
        env=environment,
        capture_output=True,
        text=True,
    ).stdout


def assert_is_refused(project: Project, output: str, message: str) -> None:
    """Check that a build ended with a few words before anything was built."""
    assert message in output
    assert f"pip install '{project.root}'" in output
    assert len(output.strip().splitlines()) <= 5
    assert project.rows("from duckdb_tables()") == []


@pytest.mark.parametrize(
    ("module", "message"),
    [("also_bought", "is not installed"), ("scipy", "cannot be used without scipy")],
)
def test_a_part_that_cannot_be_imported_is_named_with_the_command(project, module, message):
    output = build_without(project, module)
    assert_is_refused(project, output, f"The Python part of also_bought {message}.")


def test_a_part_of_another_version_is_refused(project):
    project.edit("macros/build_log/also_bought_version.sql", "return('", "return('9.")
    output = project.dbt("--quiet", "--no-use-colors", "build", succeeds=False)
    assert_is_refused(project, output, ", the dbt package 9.")


def test_what_needs_no_python_does_not_ask(project):
    project.edit("macros/build_log/also_bought_version.sql", "return('", "return('9.")
    project.dbt("build", "--select", "built")
    assert project.rows("from main.built") == [(1,)]


def test_a_build_with_the_right_part_runs(project):
    project.dbt("build")
    assert project.rows("from main.kernel") == [(1,)]
