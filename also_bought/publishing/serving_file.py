"""The serving file, opened as its readers open it."""

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import duckdb

from also_bought.errors import ExplainedError
from also_bought.publishing.build_log import BUILDS_TABLE
from also_bought.publishing.warehouse import Warehouse


class ServingFileError(ExplainedError):
    """What was published cannot be read, or does not hold what is asked for."""


class PublishedElsewhere(Protocol):
    """What is published in another database, of which a copy is read."""

    def opened(self) -> AbstractContextManager[Warehouse]:
        """Open the database, to read what is published there."""

    def copy_to(self, serving_file: Path) -> None:
        """Write what is published to a new DuckDB file."""


Published = Path | PublishedElsewhere


@contextmanager
def serving_file_of(published: Published) -> Iterator[Path]:
    """Give what is published as a serving file: itself, or a copy for as long as it is read.

    Parameters
    ----------
    published : pathlib.Path or PublishedElsewhere
        What `also-bought publish` wrote.

    Yields
    ------
    pathlib.Path
        The file.

    Raises
    ------
    ServingFileError
        When there is no publication, or its database cannot be read.
    """
    if isinstance(published, Path):
        yield published
        return
    with tempfile.TemporaryDirectory(prefix="also_bought_") as folder:
        copy = Path(folder) / "published.duckdb"
        published.copy_to(copy)
        yield copy


@contextmanager
def serving_file_opened(serving_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a serving file for as long as it is read.

    Parameters
    ----------
    serving_file : pathlib.Path
        The file that `also-bought publish` wrote.

    Yields
    ------
    duckdb.DuckDBPyConnection
        A connection that can only read.

    Raises
    ------
    ServingFileError
        When the file is absent, unreadable or a build database, or a query of the reader fails.
    """
    try:
        is_there = serving_file.is_file()
    except OSError as error:
        raise ServingFileError(
            f"The published file cannot be reached: {error.strerror}.",
            serving_file.absolute(),
            "correct the name, or ask for access to its folder.",
        ) from error
    if not is_there:
        raise ServingFileError(
            "There is no published file.",
            serving_file.absolute(),
            "run `dbt build`, then `also-bought publish`, or name a file with --from.",
        )
    try:
        with duckdb.connect(str(serving_file), read_only=True) as connection:
            _refuse_build_database(connection, serving_file)
            yield connection
    except duckdb.Error as error:
        raise ServingFileError(
            f"The published file cannot be read: {str(error).splitlines()[0]}",
            serving_file.absolute(),
            "close the program that has it open for writing, if one has; else publish again.",
        ) from error


def _refuse_build_database(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    if connection.execute(
        "select 1 from duckdb_tables() where table_name = ?", [BUILDS_TABLE]
    ).fetchone():
        raise ServingFileError(
            "This is the build database, and not what was published from it.",
            file.absolute(),
            "run `also-bought publish`, then name the serving file that it wrote.",
        )
