"""Publish a build in which all is good: copy its tables to fresh files, read back, swap them in.

People and BI tools read the *serving file*, never the build database, because one DuckDB file
cannot have readers and a writer at once. Beside it lies a file of figures, without persons. Both
are replaced by one atomic rename, so a reader sees one whole run or another, and whatever fails
before the rename changes nothing.
"""

import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from also_bought.lineage.column_lineage import TableName
from also_bought.publishing.build_log import log_schema, publishable_build
from also_bought.publishing.own_tables import OWN_TABLES
from also_bought.publishing.pseudonyms import Pseudonyms
from also_bought.publishing.publication import (
    RUN_ID_COLUMN,
    Build,
    Column,
    Publication,
    PublishDoubtError,
    PublishedGroup,
    PublishedTable,
    PublishError,
    Schema,
    SourceTable,
)
from also_bought.publishing.published_set import (
    published_set,
    refuse_broken_seals,
    refuse_suspects,
)
from also_bought.publishing.restricted_attributes import with_permitted_attributes
from also_bought.publishing.serving_pair import ServingPair
from also_bought.publishing.swapping import (
    flush_to_disk,
    make_folder,
    only_writer,
    staging_folder,
)
from also_bought.publishing.warehouse import Previous, Warehouse, column_definitions
from also_bought.sql import literal, quoted, relation

STAGED: Schema = ("staged", "main")
FIGURES: Schema = ("figures", "main")
PREVIOUS: Schema = ("previous", "main")
# The oldest format that DuckDB still writes: BI drivers bring their own, older DuckDB.
STORAGE_VERSION = "v1.0.0"
KEPT_PUBLICATIONS = 1


def publish(
    database: Path,
    serving_file: Path,
    target_schema: str | None = None,
    kept_count: int = KEPT_PUBLICATIONS,
    *,
    has_new_keys: bool = False,
) -> Publication:
    """Publish what dbt has built in `database` as `serving_file`.

    Parameters
    ----------
    database : pathlib.Path
        The DuckDB file that dbt builds in. It is opened read-only.
    serving_file : pathlib.Path
        The DuckDB file to replace, with the file of figures beside it; their folder is made when
        absent.
    target_schema : str, optional
        The schema of the dbt target; needed where the database holds the builds of several.
    kept_count : int
        How many earlier publications stay, to go back to.
    has_new_keys : bool, optional
        Whether other keys of customers than before are wanted; then no earlier publication stays.

    Returns
    -------
    Publication
        What was published.

    Raises
    ------
    PublishError
        When the log names a node that is not good, a published table is missing or empty, a verdict
        is suspect, published metrics or their seals were rewritten, another publish is running, or
        a file cannot be read or written. Both files are unchanged.
    PublishDoubtError
        When both files are the new ones, but what follows the rename fails.
    """
    is_swapped = False
    database = Path(os.path.realpath(database))
    pair = ServingPair.of(serving_file)
    serving_file = pair.whole
    try:
        with duckdb.connect() as connection:
            _attach_build(connection, database, serving_file)
            warehouse = DuckDBFile(connection, str(database))
            build = publishable_build(warehouse, log_schema(warehouse, target_schema))
            tables = published_set(warehouse, build)
            refuse_broken_seals(warehouse, build)
            refuse_suspects(warehouse, tables)
            build = with_permitted_attributes(warehouse, build)
            make_folder(serving_file.parent)
            _refuse_too_little_room(pair)
            is_busy = PublishError(
                "Another publish to this serving file is running.",
                serving_file,
                "wait until it has ended.",
            )
            with only_writer(serving_file, is_busy), staging_folder(serving_file) as folder:
                staged = folder / "publication"
                staged.mkdir(mode=0o700)
                publication = _stage(
                    warehouse, build, tables, staged, pair, has_new_keys=has_new_keys
                )
                _read_back(staged, pair, publication)
                pair.prepare(staged)
                placed = pair.place(staged, publication.publication_number)
                before = Path(os.path.realpath(pair.current))
                pair.make_current(placed, folder)
                is_swapped = True
                flush_to_disk(pair.publications)
                if has_new_keys:
                    # Side by side, equal lists would tell whose old key is whose new one.
                    pair.remove_others(placed, 0)
                else:
                    pair.remove_others(before, kept_count)
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


def _refuse_too_little_room(pair: ServingPair) -> None:
    """Refuse before anything is written where not even the last publication would fit once more."""
    needed = sum(file.stat().st_size for file in (pair.whole, pair.figures) if file.exists())
    free = shutil.disk_usage(pair.whole.parent).free
    if free < needed:
        raise PublishError(
            f"Publishing takes about {needed:,} bytes, as last time, and {free:,} are free.",
            pair.whole.parent,
            "make room, or keep fewer publications (--keep), then publish again.",
        )


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
        # The tests that publishing asks once more name no database.
        connection.execute("use build")
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
    """What a connection has attached: `build` and `previous`, read-only, `staged` and `figures`."""

    connection: duckdb.DuckDBPyConnection
    name: str
    text_type = "VARCHAR"
    dialect = "duckdb"
    temporary = ("temp", "main")

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

    def place(self, _group: PublishedGroup) -> Schema:
        """Return the schema in which the tables of a group are written: that of the whole set."""
        return STAGED

    def last_published(self, name: str) -> SourceTable | None:
        """Return a table of the publication that is being replaced, or None where it has none."""
        return self.describe(PREVIOUS, name)

    def copy_figures(self, name: str) -> None:
        """Copy a table of the whole set, in its order, to the file of figures."""
        table = self.describe(STAGED, name)
        assert table is not None
        copy = replace(table, schema=FIGURES)
        self.make_empty(copy)
        self.execute(f"insert into {copy.relation} from {table.relation}")
        self.finish(copy)

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

    def keep_pseudonyms(self, pairs: list[tuple[str, str]]) -> str:
        """Write keys and their pseudonyms to a table that ends with the connection; return it."""
        keys, pseudonyms = zip(*pairs, strict=True) if pairs else ((), ())
        table = relation(*self.temporary, "also_bought pseudonyms")
        self.connection.execute(
            f"create temporary table {table} as"
            " select unnest($1::varchar[]) as person_key, unnest($2::varchar[]) as pseudonym",
            [list(keys), list(pseudonyms)],
        )
        return table

    def make_empty(self, table: SourceTable) -> None:
        """Make a table to be filled, with its columns."""
        self.execute(f"create table {table.relation} ({column_definitions(table.columns)})")

    def go_on_with(self, table: SourceTable) -> None:
        """Make a table to be added to, with the rows that were published last."""
        self.make_empty(table)
        if earlier := self.last_published(table.name):
            self.execute(
                f"insert into {table.relation} ({table.names})"
                f" select {table.names} from {earlier.relation} order by all"
            )

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
    staged: Path,
    pair: ServingPair,
    *,
    has_new_keys: bool,
) -> Publication:
    """Write the published set and publishing's own tables to the staged pair, and close it."""
    warehouse.execute(f"set temp_directory = {literal(staged.parent / 'spill')}")
    for file, (name, _) in ((pair.whole, STAGED), (pair.figures, FIGURES)):
        warehouse.execute(
            f"attach {literal(staged / file.name)} as {name}"
            f" (storage_version {literal(STORAGE_VERSION)})"
        )
    previous = _previous_publication(warehouse, pair)
    if previous:
        to_begin_anew = "remove the serving file (copy it first, to keep it)"
        warehouse.refuse_changed_publication(PREVIOUS, pair.whole, to_begin_anew)
        warehouse.refuse_rewritten_history(tables, pair.whole, to_begin_anew)
    tables = warehouse.under_pseudonyms(
        tables, Pseudonyms.from_environment(), has_new_keys=has_new_keys
    )
    publication = warehouse.write_tables(build, tables, previous, str(pair.whole))
    for name in (*(table.name for table in publication.figures), *OWN_TABLES):
        warehouse.copy_figures(name)
    for database, _ in (STAGED, FIGURES):
        warehouse.execute(f"checkpoint {database}")
        warehouse.execute(f"detach {database}")
    if previous:
        warehouse.execute("detach previous")
    return publication


def _previous_publication(warehouse: DuckDBFile, pair: ServingPair) -> Previous | None:
    """Return the publication being replaced; its serving file stays attached as `previous`."""
    if _attached_as_previous(warehouse, pair.figures):
        warehouse.execute("detach previous")
    return _attached_as_previous(warehouse, pair.latest)


def _attached_as_previous(warehouse: DuckDBFile, file: Path) -> Previous | None:
    if not file.exists():
        return None
    try:
        warehouse.execute(f"attach {literal(file)} as previous (read_only)")
        return warehouse.last_publication(PREVIOUS)
    except duckdb.Error as error:
        # Whatever it is, it is not ours to overwrite.
        raise PublishError(
            "The file to replace is not a serving file that can be read:"
            f" {str(error).splitlines()[0]}",
            file,
            "move it away or name another file with --to; if a program has it open for writing,"
            " let it open read-only.",
        ) from error


def _read_back(staged: Path, pair: ServingPair, publication: Publication) -> None:
    """Open the closed files as a reader would, and compare them with what was to be written."""
    written = ((pair.whole, publication.tables), (pair.figures, publication.figures))
    for file, tables in written:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach {literal(staged / file.name)} as staged (read_only)")
            database = DuckDBFile(connection, str(file))
            for expected in tables:
                _refuse_other_rows(database, expected, publication)


def _refuse_other_rows(
    database: DuckDBFile, expected: PublishedTable, publication: Publication
) -> None:
    table = database.describe(STAGED, expected.name)
    run_ids = database.query(
        f"select distinct {RUN_ID_COLUMN} from {relation(*STAGED, expected.name)}"
    )
    is_whole = table is not None and database.measure(table) == expected
    if not is_whole or run_ids not in ([], [(publication.run_id,)]):
        raise PublishError(
            f"The copy of {expected.name} reads back different from the build.",
            database.name,
            "check the disk and publish again; the serving file is as it was.",
        )
