"""Who may read what a build writes, whatever the umask under which dbt is started."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

from dbt_project import copy_macros

WRITTEN = ("also_bought.duckdb", "spilled.csv", "target", "logs")


def modes_after_build(root: Path, umask: int) -> list[int]:
    """Build under an umask, and return the modes of what was written."""
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "--quiet", "build"]
    subprocess.run([*command, "--profiles-dir", "."], cwd=root, umask=umask, check=True)
    return [stat.S_IMODE((root / name).stat().st_mode) for name in WRITTEN]


def test_what_a_build_writes_is_open_to_nobody_but_whom_it_was_given(tmp_path):
    copy_macros(tmp_path)
    # DuckDB writes a file in the middle of the run, as it does its log and what it spills.
    (tmp_path / "models" / "built.sql").write_text(
        """{{ config(pre_hook="copy (select 1 as id) to 'spilled.csv'") }} select 1 as built"""
    )
    assert modes_after_build(tmp_path, 0o000) == [0o600, 0o600, 0o700, 0o700]
    # What somebody gives to a group, and to nobody else, is theirs.
    for file in WRITTEN[:2]:
        (tmp_path / file).unlink()
    shutil.rmtree(tmp_path / "logs")
    (tmp_path / "target").chmod(0o750)
    assert modes_after_build(tmp_path, 0o027) == [0o640, 0o640, 0o750, 0o750]
