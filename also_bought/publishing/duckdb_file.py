"""Publish a build in which all is good: copy its tables to a fresh file, read it back, swap it in.

People and BI tools read the *serving file*, never the build database, because one DuckDB file
cannot have readers and a writer at once. The serving file is replaced by one atomic rename, so a
reader sees one whole run or another, and whatever fails before the rename changes nothing.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from also_bought.lineage.column_lineage import TableName
from also_bought.publishing.build_log import log_schema, publishable_build
from also_bought.publishing.publication import (
    RUN_ID_COLUMN,
    Build,
    Column,
    Publication,
    PublishDoubtError,
    PublishError,
    Schema,
    SourceTable,
)
from also_bought.publishing.published_set import published_set, refuse_suspects
from also_bought.publishing.restricted_attributes import with_permitted_attributes
from also_bought.publishing.swapping import (
    FILE_MODE,
    FOLDER_MODE,
    flush_to_disk,
    only_writer,
    staging_folder,
)
from also_bought.publishing.warehouse import Previous, Warehouse, column_definitions
from also_bought.sql import literal, quoted, relation

STAGED: Schema = ("staged", "main")
PREVIOUS: Schema = ("previous", "main")
# The oldest format that DuckDB still writes: BI drivers bring their own, older DuckDB.
STORAGE_VERSION = "v1.0.0"


def publish(database: Path, serving_file: Path, target_schema: str | None = None) -> Publication:
    """Publish what dbt has built in `database` as `serving_file`.

    Parameters
    ----------
    database : pathlib.Path
        The DuckDB file that dbt builds in. It is opened read-only.
    serving_file : pathlib.Path
        The DuckDB file to replace; its folder is made when absent.
    target_schema : str, optional
        The schema of the dbt target; needed where the database holds the builds of several.

    Returns
    -------
    Publication
        What was published.

    Raises
    ------
    PublishError
        When the log names a node that is not good, a published table is missing or empty, a verdict
        is suspect, published metrics were rewritten, another publish is running, or a file cannot
        be read or written. The serving file is unchanged.
    PublishDoubtError
        When the serving file is the new one, but what follows the rename fails.
    """
    is_swapped = False
    # A link is followed, so that the file it points at is replaced and not the link.
    database, serving_file = (Path(os.path.realpath(path)) for path in (database, serving_file))
    try:
        with duckdb.connect() as connection:
            _attach_build(connection, database, serving_file)
            warehouse = DuckDBFile(connection, str(database))
            build = publishable_build(warehouse, log_schema(warehouse, target_schema))
            tables = published_set(warehouse, build)
            refuse_suspects(warehouse, tables)
            build = with_permitted_attributes(warehouse, build)
            serving_file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
            is_busy = PublishError(
                "Another publish to this serving file is running.",
                serving_file,
                "wait until it has ended.",
            )
            with only_writer(serving_file, is_busy), staging_folder(serving_file) as folder:
                staged_file = folder / serving_file.name
                publication = _stage(warehouse, build, tables, staged_file, serving_file)
                _read_back(staged_file, publication)
                _swap_in(staged_file, serving_file)
                is_swapped = True
                flush_to_disk(serving_file.parent)
                return publication
    except duckdb.Error as error:
        raise PublishError(
            f"DuckDB stopped the publish: {str(error).splitlines()[0]}",
            f"{database} -> {serving_file}",
            "mend the cause and publish again; the serving file is as it was.",
        ) from error
    except OSError as error:
        if is_swapped:
            raise PublishDoubtError(
                f"Published, but what follows the rename fails: {error.strerror or error}",
                error.filename or serving_file.parent,
                "check the disk and publish again; until then a power cut may bring the last"
                " publication back.",
            ) from error
        raise PublishError(
            f"A file could not be read or written: {error.strerror or error}",
            error.filename or serving_file,
            "check the folder, its permissions and the free space, then publish again.",
        ) from error


def _attach_build(
    connection: duckdb.DuckDBPyConnection, database: Path, serving_file: Path
) -> None:
    if not database.is_file():
        raise PublishError(
            "There is no build database.",
            database,
            "run `dbt build` first, or name the file with --database.",
        )
    if database == serving_file:
        raise PublishError(
            "The serving file would replace the build database.",
            database,
            "name another file with --to.",
        )
    # The content hash casts to text; a timestamp with time zone would read differently elsewhere.
    connection.execute("set TimeZone = 'UTC'")
    try:
        connection.execute(f"attach {literal(database)} as build (read_only)")
    except duckdb.IOException as error:
        if "Could not set lock" not in str(error):
            raise
        holder = re.search(r"PID (\d+)", str(error))
        raise PublishError(
            "Another program has the build database open for writing"
            + (f" (process {holder[1]})." if holder else "."),
            database,
            "wait until `dbt build` has ended, or close the program, then publish again.",
        ) from error


@dataclass(frozen=True)
class DuckDBFile(Warehouse):
    """What a connection has attached: `build` and `previous`, read-only, and `staged`."""

    connection: duckdb.DuckDBPyConnection
    name: str
    text_type = "VARCHAR"
    dialect = "duckdb"

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(statement).fetchall()

    def execute(self, statement: str) -> None:
        """Run a statement."""
        self.connection.execute(statement)

    def build_schema(self, name: str) -> Schema:
        """Return how a query names a schema that dbt builds in."""
        return "build", name

    def schemas_with(self, table_name: str) -> list[str]:
        """Return the names of dbt's schemas that have a table of the name, in order."""
        found = self.query(
            "select schema_name from duckdb_tables() where database_name = 'build'"
            f" and table_name = {literal(table_name)} order by schema_name"
        )
        return [schema for (schema,) in found]

    def describe(self, schema: Schema, name: str) -> SourceTable | None:
        """Return the table as the catalog describes it, or None when there is no such table."""
        database, schema_name = map(literal, schema)
        found = self.query(
            "select schema_name, table_name, comment from duckdb_tables()"
            f" where database_name = {database} and lower(schema_name) = lower({schema_name})"
            f" and lower(table_name) = lower({literal(name)})"
        )
        if not found:
            return None
        [(schema_name, name, comment)] = found
        columns = self.query(
            "select column_name, data_type, is_nullable, comment from duckdb_columns()"
            f" where database_name = {database} and schema_name = {literal(schema_name)}"
            f" and table_name = {literal(name)} order by column_index"
        )
        described = tuple(Column(*column) for column in columns)
        return SourceTable((schema[0], schema_name), name, comment, described)

    def column_names(self) -> dict[TableName, list[str]]:
        """Return the columns of every table and view of the build, in order."""
        return self.grouped_columns(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where database_name = 'build' order by schema_name, table_name, column_index"
        )

    def make_empty(self, table: SourceTable) -> None:
        """Make a table to be filled, with its columns."""
        self.execute(f"create table {table.relation} ({column_definitions(table.columns)})")

    def finish(self, table: SourceTable) -> None:
        """Give a filled table its comments."""
        if table.comment:
            self.execute(f"comment on table {table.relation} is {literal(table.comment)}")
        for column in table.columns:
            if column.comment:
                self.execute(
                    f"comment on column {table.relation}.{quoted(column.name)}"
                    f" is {literal(column.comment)}"
                )

    def row_order(self, _table: SourceTable) -> str:
        """Return the clause that orders the rows of a table as they are to be stored."""
        return "order by all"

    def digest_query(self, table: SourceTable) -> str:
        """Return the query of what `measured` takes."""
        values = [f"{quoted(column.name)}::varchar" for column in table.content]
        row_text = ", ".join(f"strlen({value}), ':', {value}" for value in values)
        return (
            "select count(*), sum((digest >> 64)::ubigint),"
            " sum((digest & 18446744073709551615)::ubigint)"
            f" from (select md5_number(concat({row_text})) as digest from {table.relation})"
        )


def _stage(
    warehouse: DuckDBFile,
    build: Build,
    tables: list[SourceTable],
    staged_file: Path,
    serving_file: Path,
) -> Publication:
    """Write the published set and its `publication` table to `staged_file`, and close it."""
    warehouse.execute(f"set temp_directory = {literal(staged_file.parent / 'spill')}")
    warehouse.execute(
        f"attach {literal(staged_file)} as staged (storage_version {literal(STORAGE_VERSION)})"
    )
    previous = _previous_publication(warehouse, serving_file)
    if previous:
        warehouse.refuse_rewritten_history(
            tables, previous, serving_file, "move the serving file away"
        )
    publication = warehouse.write_tables(build, tables, previous, STAGED, str(serving_file))
    warehouse.execute("checkpoint staged")
    warehouse.execute("detach staged")
    if previous:
        warehouse.execute("detach previous")
    return publication


def _previous_publication(warehouse: DuckDBFile, serving_file: Path) -> Previous | None:
    """Return the publication being replaced; its file stays attached as `previous`."""
    if not serving_file.exists():
        return None
    try:
        warehouse.execute(f"attach {literal(serving_file)} as previous (read_only)")
        return warehouse.last_publication(PREVIOUS)
    except duckdb.Error as error:
        # Whatever it is, it is not ours to overwrite.
        raise PublishError(
            "The file to replace is not a serving file that can be read:"
            f" {str(error).splitlines()[0]}",
            serving_file,
            "move it away or name another file with --to; if a program has it open for writing,"
            " let it open read-only.",
        ) from error


def _read_back(staged_file: Path, publication: Publication) -> None:
    """Open the closed file as a reader would, and compare it with what was to be written."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(staged_file)} as staged (read_only)")
        staged = DuckDBFile(connection, str(staged_file))
        for expected in publication.tables:
            table = staged.describe(STAGED, expected.name)
            run_ids = staged.query(
                f"select distinct {RUN_ID_COLUMN} from {relation(*STAGED, expected.name)}"
            )
            is_whole = table is not None and staged.measure(table) == expected
            if not is_whole or run_ids not in ([], [(publication.run_id,)]):
                raise PublishError(
                    f"The copy of {expected.name} reads back different from the build.",
                    publication.published_to,
                    "check the disk and publish again; the serving file is as it was.",
                )


def _swap_in(staged_file: Path, serving_file: Path) -> None:
    staged_file.chmod(FILE_MODE)
    flush_to_disk(staged_file)
    # DuckDB would replay a WAL that lies beside a file, whichever file it was written for.
    for database in (staged_file, serving_file):
        wal = database.with_name(f"{database.name}.wal")
        if wal.exists():
            raise PublishError(
                "A write-ahead log lies beside the file: a program has it open for writing.",
                wal,
                "close the program (let it open read-only), remove the log, then publish again.",
            )
    staged_file.replace(serving_file)
