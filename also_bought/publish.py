"""Publish a complete build: copy its tables to a fresh file, read it back, swap it in.

People and BI tools read the *serving file*, never the build database, because one DuckDB file
cannot have readers and a writer at once. The serving file is replaced by one atomic rename, so a
reader sees one whole run or another, and whatever fails before the rename changes nothing.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

BUILDS_TABLE = "also_bought_builds"
RELATIONS_TABLE = "also_bought_published_relations"
PUBLICATION_TABLE = "publication"
OVERLAP_TABLE = "list_overlap"
LISTS_TABLE = "user_recommendations"
RUN_ID_COLUMN = "run_id"
VERDICTS_TABLE = "recommendation_verdicts"
HISTORY_TABLE = "recommendation_metrics"

# The oldest format that DuckDB still writes: BI drivers bring their own, older DuckDB.
STORAGE_VERSION = "v1.0.0"
SERVING_FILE_MODE = 0o640


class PublishError(Exception):
    """Publishing was refused or failed, and the serving file is as it was.

    Parameters
    ----------
    what : str
        What is wrong, one line.
    where : str
        The build, table or file it is about, one line.
    remedy : str
        What to do, one line.
    """

    def __init__(self, what: str, where: object, remedy: str) -> None:
        super().__init__(f"{what}\nWhere: {where}\nWhat to do: {remedy}")


@dataclass(frozen=True)
class Build:
    """The build whose tables are published."""

    build_number: int
    run_id: str
    log_schema: str


@dataclass(frozen=True)
class Column:
    """A column of a published table, with what the warehouse knows about it."""

    name: str
    data_type: str
    is_nullable: bool
    comment: str | None


@dataclass(frozen=True)
class SourceTable:
    """A table of the build database that belongs to the published set."""

    schema: str
    name: str
    comment: str | None
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class PublishedTable:
    """What was written of one table.

    The content hash covers column names, types and the multiset of rows; it depends neither on
    the order of the rows nor on the run id.
    """

    name: str
    row_count: int
    content_hash: str


@dataclass(frozen=True)
class Publication:
    """One publish: which build went to which file, and what is in it."""

    publication_number: int
    run_id: str
    build_number: int
    published_at: datetime
    serving_file: Path
    tables: tuple[PublishedTable, ...]
    equals_previous: bool


def publish(database: Path, serving_file: Path) -> Publication:
    """Publish the latest build of `database` as `serving_file`.

    Parameters
    ----------
    database : pathlib.Path
        The DuckDB file that dbt builds in. It is opened read-only.
    serving_file : pathlib.Path
        The DuckDB file to replace; its folder is made when absent.

    Returns
    -------
    Publication
        What was published.

    Raises
    ------
    PublishError
        When the latest build is not complete, a published table is missing or empty, a verdict
        is suspect, published metrics were rewritten, another publish is running, or a file cannot
        be read or written. The serving file is unchanged.
    """
    # A link is followed, so that the file it points at is replaced and not the link.
    database, serving_file = database.resolve(), serving_file.resolve()
    try:
        with duckdb.connect() as connection:
            _attach_build(connection, database, serving_file)
            build = _latest_build(connection, database)
            tables = _published_set(connection, build, database)
            _refuse_suspects(connection, tables)
            serving_file.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with _only_publisher(serving_file), _staging_folder(serving_file) as folder:
                staged_file = folder / serving_file.name
                publication = _stage(connection, build, tables, staged_file, serving_file)
                _read_back(staged_file, publication)
                _swap_in(staged_file, serving_file)
                return publication
    except duckdb.Error as error:
        raise PublishError(
            f"DuckDB stopped the publish: {str(error).splitlines()[0]}",
            f"{database} -> {serving_file}",
            "mend the cause and publish again; the serving file is as it was.",
        ) from error
    except OSError as error:
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
        connection.execute(f"attach {_literal(database)} as build (read_only)")
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


def _latest_build(connection: duckdb.DuckDBPyConnection, database: Path) -> Build:
    """Return the latest build in the log, or refuse when it is not a complete one."""
    schemas = connection.execute(
        "select schema_name from duckdb_tables()"
        " where database_name = 'build' and table_name = ? order by schema_name",
        [BUILDS_TABLE],
    ).fetchall()
    if len(schemas) > 1:
        raise PublishError(
            "The database holds the builds of more than one dbt target.",
            f"{database}, schemas {', '.join(schema for (schema,) in schemas)}",
            "give each target a database of its own, and drop the schemas of the others here.",
        )
    latest = (
        schemas
        and connection.execute(
            "select build_number, run_id, command, started_at, finished_at, is_complete,"
            f" incomplete_because from build.{_quoted(schemas[0][0])}.{_quoted(BUILDS_TABLE)}"
            " order by build_number desc limit 1"
        ).fetchone()
    )
    if not latest:
        raise PublishError(
            "No build is recorded in this database.",
            database,
            "run a whole `dbt build` (the hooks of also_bought record it), then publish again.",
        )
    build_number, run_id, command, started_at, finished_at, is_complete, because = latest
    if not is_complete:
        because = because if finished_at else "it never finished: killed, or stopped by an error"
        raise PublishError(
            f"The latest build is not complete: {because}.",
            f"build {build_number} (`dbt {command}` of {started_at:%Y-%m-%d %H:%M:%S} UTC,"
            f" run id {run_id}) in {database}",
            "run a whole `dbt build` until nothing fails, then publish again.",
        )
    return Build(build_number=build_number, run_id=run_id, log_schema=schemas[0][0])


def _published_set(
    connection: duckdb.DuckDBPyConnection, build: Build, database: Path
) -> list[SourceTable]:
    """Return the tables to publish, by name, or refuse when one is missing or wrongly empty."""
    relations = connection.execute(
        "select schema_name, table_name, may_be_empty"
        f" from build.{_quoted(build.log_schema)}.{_quoted(RELATIONS_TABLE)}"
        " where run_id = ? order by lower(table_name), schema_name",
        [build.run_id],
    ).fetchall()
    if not relations:
        raise PublishError(
            "The build has no published tables.",
            f"build {build.build_number} in {database}",
            "give the models to publish the tag `published`, then build and publish again.",
        )
    tables = []
    taken_names = {PUBLICATION_TABLE, OVERLAP_TABLE}
    for schema, name, may_be_empty in relations:
        where = f"{schema}.{name} in {database}"
        if name.lower() in taken_names:
            raise PublishError(
                f"The name {name} is taken: published tables share one schema.",
                where,
                "give the model an alias of its own, or remove its tag `published`.",
            )
        taken_names.add(name.lower())
        table = _describe(connection, "build", schema, name)
        if table is None:
            # A view would not do: it can change, or end, without any build being recorded.
            raise PublishError(
                f"The published table {name} is missing, or is a view.",
                where,
                "materialise it as a table, run a whole `dbt build`, then publish again.",
            )
        if RUN_ID_COLUMN in {column.name.lower() for column in table.columns}:
            raise PublishError(
                f"The published table {name} has a column {RUN_ID_COLUMN}, which publishing adds.",
                where,
                "rename the column, then build and publish again.",
            )
        source = f"build.{_quoted(table.schema)}.{_quoted(table.name)}"
        if not may_be_empty and connection.execute(f"from {source} limit 1").fetchone() is None:
            raise PublishError(
                f"The published table {name} has no rows.",
                where,
                "see in rejected_order_lines why no order was usable;"
                " if no rows are right, set `meta: {may_be_empty: true}`.",
            )
        tables.append(table)
    return tables


def _refuse_suspects(connection: duckdb.DuckDBPyConnection, tables: list[SourceTable]) -> None:
    """Refuse when a leak check raised an alarm: a figure too good to be true is not published."""
    for table in tables:
        if table.name.lower() != VERDICTS_TABLE:
            continue
        relation = f"{_quoted(table.schema)}.{_quoted(table.name)}"
        suspect = connection.execute(
            f"select list, sentence from build.{relation}"
            " where verdict like 'suspect%' order by all limit 1"
        ).fetchone()
        if suspect:
            raise PublishError(
                f"The list {suspect[0]} is suspect. {suspect[1]}",
                f"{table.schema}.{table.name}; leak_checks has every alarm",
                "find the cause with docs/evaluation.md, build and publish again; honest figures"
                " above the limit are a matter for the rule is_too_good.",
            )


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
    connection.execute(f"set temp_directory = {_literal(staged_file.parent / 'spill')}")
    connection.execute(
        f"attach {_literal(staged_file)} as staged (storage_version {_literal(STORAGE_VERSION)})"
    )
    previous_number, previous_tables = _previous_publication(connection, serving_file)
    if previous_number:
        _refuse_rewritten_history(connection, tables, serving_file)
    written = tuple(_copy_table(connection, table, build.run_id) for table in tables)
    publication = Publication(
        publication_number=previous_number + 1,
        run_id=build.run_id,
        build_number=build.build_number,
        published_at=datetime.now(UTC).replace(tzinfo=None),
        serving_file=serving_file,
        tables=written,
        equals_previous=set(written) == previous_tables,
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
        connection.execute(f"attach {_literal(serving_file)} as previous (read_only)")
        rows = connection.execute(
            "select publication_number, table_name, row_count, content_hash"
            f" from previous.main.{_quoted(PUBLICATION_TABLE)}"
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


def _refuse_rewritten_history(
    connection: duckdb.DuckDBPyConnection,
    tables: list[SourceTable],
    serving_file: Path,
) -> None:
    """Refuse when entries of the metrics' history that were published are gone or changed."""
    previous = _describe(connection, "previous", "main", HISTORY_TABLE)
    # A serving file of before there was a history has none to keep.
    if previous is None or "entry_hash" not in {column.name for column in previous.columns}:
        return
    kept = "".join(
        f" except select entry_hash from build.{_quoted(table.schema)}.{_quoted(table.name)}"
        for table in tables
        if table.name.lower() == HISTORY_TABLE
    )
    (lost,) = connection.execute(
        "select count(*) from (select entry_hash"
        f" from previous.main.{_quoted(HISTORY_TABLE)}{kept})"
    ).fetchone()
    if lost:
        raise PublishError(
            f"{lost} published entries of {HISTORY_TABLE} are gone or changed in this build.",
            serving_file,
            "build in the database that has the history; to begin a new one, move the serving"
            " file away.",
        )


def _copy_table(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, run_id: str
) -> PublishedTable:
    """Copy one table with its types, NOT NULL constraints and comments, rows in full order."""
    source = f"build.{_quoted(table.schema)}.{_quoted(table.name)}"
    target = f"staged.main.{_quoted(table.name)}"
    run_id_column = Column(RUN_ID_COLUMN, "VARCHAR", False, "The dbt run that built this row.")
    columns = (*table.columns, run_id_column)
    definitions = ", ".join(
        f"{_quoted(column.name)} {column.data_type}{'' if column.is_nullable else ' not null'}"
        for column in columns
    )
    selected = ", ".join(_quoted(column.name) for column in table.columns)
    connection.execute(f"create table {target} ({definitions})")
    connection.execute(
        f"insert into {target} select {selected}, ? from {source} order by all", [run_id]
    )
    if table.comment:
        connection.execute(f"comment on table {target} is {_literal(table.comment)}")
    for column in columns:
        if column.comment:
            connection.execute(
                f"comment on column {target}.{_quoted(column.name)} is {_literal(column.comment)}"
            )
    return _measure(connection, "build", table)


def _write_publication(connection: duckdb.DuckDBPyConnection, publication: Publication) -> None:
    target = f"staged.main.{_quoted(PUBLICATION_TABLE)}"
    connection.execute(
        f"create table {target} ("
        " publication_number bigint not null,"
        " run_id varchar not null,"
        " build_number bigint not null,"
        " published_at timestamp not null,"
        " table_name varchar not null,"
        " row_count bigint not null,"
        " content_hash varchar not null)"
    )
    connection.executemany(
        f"insert into {target} values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                publication.publication_number,
                publication.run_id,
                publication.build_number,
                publication.published_at,
                table.name,
                table.row_count,
                table.content_hash,
            )
            for table in publication.tables
        ],
    )
    connection.execute(
        f"comment on table {target} is 'One row per published table: when, and from which build.'"
    )
    connection.execute(f"comment on column {target}.published_at is 'Time of publishing, in UTC.'")


def _write_overlap(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the lists with those being replaced; without any to compare, the table is empty."""
    target = f"staged.main.{_quoted(OVERLAP_TABLE)}"
    connection.execute(
        f"create table {target} ("
        " list varchar not null,"
        " user_count bigint not null,"
        " row_count bigint not null,"
        " previous_row_count bigint not null,"
        " shared_row_count bigint not null,"
        " overlap double not null)"
    )
    connection.execute(
        f"comment on table {target} is 'One row per list: how much of it stood in the previous"
        " publication too, for users who have the list in both. Ranks are not compared.'"
    )
    connection.execute(
        f"comment on column {target}.overlap is"
        " 'Shared rows over those of the longer of each user''s two lists; 1 for the same items.'"
    )
    needed = {"user_id", "list", "item_id"}
    catalogs = {"previous": "previous.main", "staged": "staged.main"}
    if all(
        table is not None and needed <= {column.name for column in table.columns}
        for table in (_describe(connection, name, "main", LISTS_TABLE) for name in catalogs)
    ):
        rows = {
            name: f"(select distinct user_id::varchar as user_id, list::varchar as list,"
            f" item_id::varchar as item_id from {schema}.{LISTS_TABLE})"
            for name, schema in catalogs.items()
        }
        connection.execute(
            f"""
            insert into {target}
            with lists as (
                select
                    list,
                    count(ours.item_id) as row_count,
                    count(theirs.item_id) as previous_row_count,
                    count(*) filter (ours.item_id = theirs.item_id) as shared_row_count
                from (select *, item_id as item from {rows["staged"]}) as ours
                full join (select *, item_id as item from {rows["previous"]}) as theirs
                using (user_id, list, item)
                group by user_id, list
            )
            select
                list,
                count(*),
                sum(row_count),
                sum(previous_row_count),
                sum(shared_row_count),
                sum(shared_row_count) / sum(greatest(row_count, previous_row_count))
            from lists
            where row_count > 0 and previous_row_count > 0
            group by list
            order by list
            """
        )


def _measure(
    connection: duckdb.DuckDBPyConnection, catalog: str, table: SourceTable
) -> PublishedTable:
    """Count and hash the rows of `table` without its run id.

    Each row is written as text that can be read in one way only (each value after its length, no
    length for NULL) and hashed with MD5; the two halves are summed as integers. A sum does not
    depend on the order of the rows and, unlike XOR, counts a row that is there twice.
    """
    columns = [column for column in table.columns if column.name != RUN_ID_COLUMN]
    values = [f"{_quoted(column.name)}::varchar" for column in columns]
    row_text = ", ".join(f"strlen({value}), ':', {value}" for value in values)
    row_count, *halves = connection.execute(
        "select count(*), sum((digest >> 64)::ubigint),"
        " sum((digest & 18446744073709551615)::ubigint)"
        f" from (select md5_number(concat({row_text})) as digest"
        f" from {catalog}.{_quoted(table.schema)}.{_quoted(table.name)})"
    ).fetchone()
    signature = [(column.name, column.data_type) for column in columns]
    content = json.dumps([signature, [str(half) for half in halves]])
    return PublishedTable(table.name, row_count, hashlib.sha256(content.encode()).hexdigest())


def _read_back(staged_file: Path, publication: Publication) -> None:
    """Open the closed file as a reader would, and compare it with what was to be written."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach {_literal(staged_file)} as staged (read_only)")
        for expected in publication.tables:
            table = _describe(connection, "staged", "main", expected.name)
            run_ids = connection.execute(
                f"select distinct {RUN_ID_COLUMN} from staged.main.{_quoted(expected.name)}"
            ).fetchall()
            is_whole = table is not None and _measure(connection, "staged", table) == expected
            if not is_whole or run_ids not in ([], [(publication.run_id,)]):
                raise PublishError(
                    f"The copy of {expected.name} reads back different from the build.",
                    publication.serving_file,
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
    _flush_to_disk(serving_file.parent)


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
