"""What dbt-duckdb loads by `plugins: [{module: also_bought.duckdb_plugin}]` in profiles.yml."""

import json
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

from also_bought.order_files import Declaration, OrderFileError, read_order_files


class Plugin(BasePlugin):
    """Lets the macro `read_order_files` read files through Python.

    Its one setting, `folder`, is the input folder, relative to where dbt is started.
    """

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Remember the input folder, and make room for what is read."""
        self.folder = plugin_config.get("folder", ".")
        # Only the user can look into it, and it goes when dbt ends.
        self.room = tempfile.TemporaryDirectory(prefix="also_bought_")
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
        target = Path(self.room.name) / f"{next(self.numbers)}.parquet"
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
