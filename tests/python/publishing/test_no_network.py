"""Whatever is published needs no network: all of it runs where there is none."""

import subprocess
import sys
from pathlib import Path

import pytest
from kill_actions import REPORTED, write_shop

PROGRAM = "from also_bought.cli import app; app()"
NOWHERE = ["unshare", "--net"]
REACHES_OUT = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"


def run_without_network(folder: Path, *arguments: object) -> str:
    """Run the program in a network namespace without an interface, and return what it says."""
    command = [*NOWHERE, sys.executable, "-c", PROGRAM, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_nothing_that_is_run_on_a_build_asks_the_network(tmp_path):
    if subprocess.run([*NOWHERE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("a namespace without a network is not permitted here")
    # Even this machine cannot be reached there.
    tried = subprocess.run(
        [*NOWHERE, sys.executable, "-c", REACHES_OUT], capture_output=True, text=True, check=False
    )
    assert "Network is unreachable" in tried.stderr
    write_shop(tmp_path)
    database = ("--database", "also_bought.duckdb")
    assert "publication 3" in run_without_network(tmp_path, "publish", *database)
    assert "Verified publication 3" in run_without_network(tmp_path, "verify")
    assert "schema version" in run_without_network(tmp_path, "export", "--to", "exported")
    assert "publication 2" in run_without_network(tmp_path, "rollback")
    assert "Wrote" in run_without_network(
        tmp_path, "report", "--from", REPORTED, "--to", "page.html"
    )
    assert run_without_network(tmp_path, "show", "--from", REPORTED)
