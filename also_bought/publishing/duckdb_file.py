"""Publish a build in which all is good: copy its tables to a fresh file, read it back, swap it in.

People and BI tools read the *serving file*, never the build database, because one DuckDB file
cannot have readers and a writer at once. The serving file is replaced by one atomic rename, so a
reader sees one whole run or another, and whatever fails before the rename changes nothing.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from also_bought.publishing.build_log import log_schema, publishable_build
from also_bought.publishing.published_set import (
    HISTORY_TABLE,
    LISTS_TABLE,
    PUBLICATION_TABLE,
    RUN_ID_COLUMN,
    Build,
    Column,
    Publication,
    PublishDoubtError,
    PublishedTable,
    PublishError,
    SourceTable,
    as_published,
    column_definitions,
    content_columns,
    has_lists,
    measured,
    overlap_query,
    overlap_table,
    publication_table,
    published_set,
    refuse_rewritten_history,
    refuse_suspects,
)
from also_bought.sql import literal, quoted

# The oldest format that DuckDB still writes: BI drivers bring their own, older DuckDB.
STORAGE_VERSION = "v1.0.0"
SERVING_FILE_MODE = 0o640


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
            build_database = DuckDBBuild(connection, str(database))
            build = publishable_build(build_database, log_schema(build_database, target_schema))
            tables = published_set(build_database, build)
            refuse_suspects(build_database, tables)
            serving_file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with _only_publisher(serving_file), _staging_folder(serving_file) as folder:
                staged_file = folder / serving_file.name
                publication = _stage(connection, build, tables, staged_file, serving_file)
                _read_back(staged_file, publication)
                _swap_in(staged_file, serving_file)
                is_swapped = True
                _flush_to_disk(serving_file.parent)
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
class DuckDBBuild:
    """The build database, attached read-only as `build`."""

    connection: duckdb.DuckDBPyConnection
    name: str

    def query(self, statement: str) -> list[tuple]:
        """Return the rows of a query."""
        return self.connection.execute(statement).fetchall()

    def relation(self, schema: str, name: str) -> str:
        """Return how a query names a table."""
        return f"build.{quoted(schema)}.{quoted(name)}"

    def schemas_with(self, table_name: str) -> list[str]:
        """Return the schemas that have a table of the name, in order."""
        found = self.query(
            "select schema_name from duckdb_tables() where database_name = 'build'"
            f" and table_name = {literal(table_name)} order by schema_name"
        )
        return [schema for (schema,) in found]

    def describe(self, schema: str, name: str) -> SourceTable | None:
        """Return the table as the catalog describes it, or None when there is no such table."""
        return _describe(self.connection, "build", schema, name)


def _describe(
    connection: duckdb.DuckDBPyConnection, catalog: str, schema: str, name: str
) -> SourceTable | None:
    """Return the table as the catalog describes it, or None when there is no such table."""
    found = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = ?"
        " and lower(schema_name) = lower(?) and lower(table_name) = lower(?)",
        [catalog, schema, name],
    ).fetchone()
    if found is None:
        return None
    schema, name, comment = found
    columns = connection.execute(
        "select column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [catalog, schema, name],
    ).fetchall()
    return SourceTable(schema, name, comment, tuple(Column(*column) for column in columns))


@contextmanager
def _only_publisher(serving_file: Path) -> Iterator[None]:
    """Hold the lock of the serving file; the kernel frees it even when the process is killed."""
    lock_file = serving_file.with_name(f".{serving_file.name}.lock")
    # The file stays: removing it would let two publishers lock two files of one name.
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, SERVING_FILE_MODE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PublishError(
                "Another publish to this serving file is running.",
                serving_file,
                "wait until it has ended.",
            ) from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _staging_folder(serving_file: Path) -> Iterator[Path]:
    """Make a private folder beside the serving file, in place of what a killed publish left.

    DuckDB makes its files, the WAL and spilled data world-readable; in here nobody sees them.
    """
    folder = serving_file.with_name(f".{serving_file.name}.publishing")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    build: Build,
    tables: list[SourceTable],
    staged_file: Path,
    serving_file: Path,
) -> Publication:
    """Write the published set and its `publication` table to `staged_file`, and close it."""
    connection.execute(f"set temp_directory = {literal(staged_file.parent / 'spill')}")
    connection.execute(
        f"attach {literal(staged_file)} as staged (storage_version {literal(STORAGE_VERSION)})"
    )
    previous_number, previous_tables = _previous_publication(connection, serving_file)
    if previous_number:
        lost = _lost_history(connection, tables)
        refuse_rewritten_history(lost, serving_file, "move the serving file away")
    written = tuple(_copy_table(connection, table, build.run_id) for table in tables)
    publication = Publication(
        publication_number=previous_number + 1,
        run_id=build.run_id,
        build_number=build.build_number,
        published_at=datetime.now(UTC).replace(tzinfo=None),
        published_to=str(serving_file),
        tables=written,
        equals_previous=set(written) == previous_tables,
        remarks=build.remarks,
    )
    _write_publication(connection, publication)
    _write_overlap(connection)
    connection.execute("checkpoint staged")
    connection.execute("detach staged")
    if previous_number:
        connection.execute("detach previous")
    return publication


def _previous_publication(
    connection: duckdb.DuckDBPyConnection, serving_file: Path
) -> tuple[int, set[PublishedTable]]:
    """Return the number and the tables of the publication being replaced; (0, empty) if none.

    Where there is one, its file stays attached as `previous`.
    """
    if not serving_file.exists():
        return 0, set()
    try:
        connection.execute(f"attach {literal(serving_file)} as previous (read_only)")
        rows = connection.execute(
            "select publication_number, table_name, row_count, content_hash"
            f" from previous.main.{quoted(PUBLICATION_TABLE)}"
        ).fetchall()
    except duckdb.Error as error:
        # Whatever it is, it is not ours to overwrite.
        raise PublishError(
            "The file to replace is not a serving file that can be read:"
            f" {str(error).splitlines()[0]}",
            serving_file,
            "move it away or name another file with --to; if a program has it open for writing,"
            " let it open read-only.",
        ) from error
    return max(number for number, *_ in rows), {PublishedTable(*table) for _, *table in rows}


def _lost_history(connection: duckdb.DuckDBPyConnection, tables: list[SourceTable]) -> int:
    """Return how many published entries of the metrics' history the build does not have."""
    if _describe(connection, "previous", "main", HISTORY_TABLE) is None:
        return 0
    kept = "".join(
        f" except select entry_hash from build.{quoted(table.schema)}.{quoted(table.name)}"
        for table in tables
        if table.name.lower() == HISTORY_TABLE
    )
    (lost,) = connection.execute(
        f"select count(*) from (select entry_hash from previous.main.{quoted(HISTORY_TABLE)}{kept})"
    ).fetchone()
    return lost


def _copy_table(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, run_id: str
) -> PublishedTable:
    """Copy one table with its types, NOT NULL constraints and comments, rows in full order."""
    target = _create_table(connection, as_published(table, "main", "VARCHAR"))
    selected = ", ".join(quoted(column.name) for column in table.columns)
    connection.execute(
        f"insert into {target} select {selected}, ?"
        f" from build.{quoted(table.schema)}.{quoted(table.name)} order by all",
        [run_id],
    )
    return _measure(connection, "build", table)


def _create_table(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> str:
    """Make an empty table in the staged file, and return how a query names it."""
    target = f"staged.{quoted(table.schema)}.{quoted(table.name)}"
    connection.execute(f"create table {target} ({column_definitions(table.columns)})")
    if table.comment:
        connection.execute(f"comment on table {target} is {literal(table.comment)}")
    for column in table.columns:
        if column.comment:
            connection.execute(
                f"comment on column {target}.{quoted(column.name)} is {literal(column.comment)}"
            )
    return target


def _write_publication(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    target = _create_table(connection, publication_table("main"))
    connection.executemany(f"insert into {target} values (?, ?, ?, ?, ?, ?, ?)", publication.rows())


def _write_overlap(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the lists with those being replaced; without any to compare, the table is empty."""
    target = _create_table(connection, overlap_table("main"))
    lists = [
        _describe(connection, catalog, "main", LISTS_TABLE) for catalog in ("staged", "previous")
    ]
    if all(table is not None and has_lists(table) for table in lists):
        connection.execute(
            f"insert into {target} "
            + overlap_query(f"staged.main.{LISTS_TABLE}", f"previous.main.{LISTS_TABLE}")
        )


def _measure(
    connection: duckdb.DuckDBPyConnection, catalog: str, table: SourceTable
) -> PublishedTable:
    """Count and hash the rows of `table` without its run id."""
    values = [f"{quoted(column.name)}::varchar" for column in content_columns(table)]
    row_text = ", ".join(f"strlen({value}), ':', {value}" for value in values)
    row_count, *digest_sums = connection.execute(
        "select count(*), sum((digest >> 64)::ubigint),"
        " sum((digest & 18446744073709551615)::ubigint)"
        f" from (select md5_number(concat({row_text})) as digest"
        f" from {catalog}.{quoted(table.schema)}.{quoted(table.name)})"
    ).fetchone()
    return measured(table, row_count, digest_sums)


def _read_back(staged_file: Path, publication: Publication) -> None:
    """Open the closed file as a reader would, and compare it with what was to be written."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {literal(staged_file)} as staged (read_only)")
        for expected in publication.tables:
            table = _describe(connection, "staged", "main", expected.name)
            run_ids = connection.execute(
                f"select distinct {RUN_ID_COLUMN} from staged.main.{quoted(expected.name)}"
            ).fetchall()
            is_whole = table is not None and _measure(connection, "staged", table) == expected
            if not is_whole or run_ids not in ([], [(publication.run_id,)]):
                raise PublishError(
                    f"The copy of {expected.name} reads back different from the build.",
                    publication.published_to,
                    "check the disk and publish again; the serving file is as it was.",
                )


def _swap_in(staged_file: Path, serving_file: Path) -> None:
    staged_file.chmod(SERVING_FILE_MODE)
    _flush_to_disk(staged_file)
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


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
