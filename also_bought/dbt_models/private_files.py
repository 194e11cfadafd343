"""What a build writes is for its owner: the build database, and dbt's folders of code and logs."""

import contextlib
import os
import stat
from pathlib import Path

from dbt.adapters.factory import get_adapter_by_type
from dbt.flags import get_flags

GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(database: str | None) -> None:
    """Take from everybody else what dbt has written so far, and what this process will write.

    dbt makes its folders and DuckDB its file before any hook runs, open as the umask says. The rest
    (write-ahead log, spilled data) comes later, under the umask that this leaves. What is open to a
    group and to nobody else stays so: somebody has decided that.

    Parameters
    ----------
    database : str or None
        The file that dbt builds in; None where it builds in memory.
    """
    umask = os.umask(GROUP_AND_OTHERS)
    if umask & stat.S_IRWXO == stat.S_IRWXO:
        os.umask(umask)
    files = [database, f"{database}.wal"] if database else []
    target = get_adapter_by_type("duckdb").config.project_target_path
    for place in map(Path, (*files, target, get_flags().LOG_PATH)):
        # Absent, or another user's, who answers for it.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            mode = stat.S_IMODE(place.stat().st_mode)
            if mode & stat.S_IRWXO:
                place.chmod(mode & ~GROUP_AND_OTHERS)
