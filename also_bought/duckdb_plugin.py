"""What dbt-duckdb loads by `plugins: [{module: also_bought.duckdb_plugin}]` in profiles.yml."""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
import weakref
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from also_bought.order_files.declaration import Declaration, OrderFileError
from also_bought.order_files.reading import read_order_files

ROOM_PREFIX = "also_bought_order_files_"


def make_room() -> tuple[Path, int]:
    """Make a folder for copies of order files, in place of those that killed processes left.

    Returns
    -------
    tuple of pathlib.Path and int
        The folder, which only the user can look into, and the descriptor that holds its lock. The
        kernel frees the lock when the process ends, however it ends.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{ROOM_PREFIX}*"):
        # Another user's, one that is in use, or one that somebody else has just removed.
        with contextlib.suppress(OSError):
            descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                if os.fstat(descriptor).st_uid == os.geteuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(left)
            finally:
                os.close(descriptor)
    while True:
        room = Path(tempfile.mkdtemp(prefix=ROOM_PREFIX))
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(room, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if room.exists():
                return room, descriptor
            # Another process took it for left over before it was locked.
            os.close(descriptor)


def clear_room(room: Path, descriptor: int) -> None:
    """Remove the folder, and then give up its lock."""
    shutil.rmtree(room, ignore_errors=True)
    os.close(descriptor)


class Plugin(BasePlugin):
    """Lets the macro `read_order_files` read files through Python.

    Its one setting, `folder`, is the input folder, relative to where dbt is started.
    """

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Remember the input folder, and make room for what is read."""
        self.folder = plugin_config.get("folder", ".")
        # It goes when dbt ends, and where dbt is killed, when it starts again.
        self.room, descriptor = make_room()
        weakref.finalize(self, clear_room, self.room, descriptor)
        self.numbers = count()

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Give the connection the function that the macro calls."""
        conn.create_function(
            "also_bought_read_order_files", self.read, ["VARCHAR"], "VARCHAR", side_effects=True
        )

    def read(self, options: str) -> str:
        """Read the files of a source.

        Parameters
        ----------
        options : str
            The options of `Declaration`, as JSON.

        Returns
        -------
        str
            JSON: either `error`, or the `file` where the lines are now and `warnings`. An error is
            a result here, because DuckDB would print an exception with its traceback.
        """
        target = self.room / f"{next(self.numbers)}.parquet"
        try:
            declared = Declaration.from_options(json.loads(options))
            warnings = read_order_files(declared, self.input_folder(), target)
        except OrderFileError as error:
            return json.dumps({"error": str(error)})
        return json.dumps({"file": str(target), "warnings": warnings})

    def input_folder(self) -> Path:
        """Return the input folder, or refuse what cannot name one."""
        if not isinstance(self.folder, str):
            raise OrderFileError(
                f"The input folder is no text: {json.dumps(self.folder)}.",
                "profiles.yml, the config of the plugin also_bought.duckdb_plugin",
                "Name a folder, as in folder: input, or leave it out for the one dbt starts in.",
            )
        return Path(self.folder)
