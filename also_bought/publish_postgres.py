"""Publish a complete build in Postgres: from private schemas to the one that people read.

Everything happens in one transaction that only inserts and deletes rows, so readers neither wait
nor see half of it: a statement sees one publication or the next, in all its tables. Whatever fails,
a killed server included, leaves the published schema as it was.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg2
import psycopg2.extensions
from psycopg2.extras import execute_values

from also_bought.complete_build import (
    BUILDS_TABLE,
    HISTORY_TABLE,
    LISTS_TABLE,
    OVERLAP_TABLE,
    PUBLICATION_TABLE,
    Build,
    Column,
    Publication,
    PublishedTable,
    PublishError,
    SourceTable,
    column_definitions,
    content_columns,
    has_lists,
    latest_build,
    measured,
    overlap_query,
    overlap_table,
    publication_table,
    published_columns,
    published_set,
    refuse_rewritten_history,
    refuse_suspects,
)
from also_bought.sql import literal, quoted


@dataclass(frozen=True)
class PostgresBuild:
    """The database, inside the transaction that publishes."""

    connection: psycopg2.extensions.connection
    name: str

    def query(self, statement: str) -> list[tuple]:
        """Return the rows of a query."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def execute(self, statement: str) -> None:
        """Run a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def relation(self, schema: str, name: str) -> str:
        """Return how a query names a table."""
        return f"{quoted(schema)}.{quoted(name)}"

    def schemas_with(self, table_name: str) -> list[str]:
        """Return the schemas that have a table of the name, in order."""
        found = self.query(
            "select relnamespace::regnamespace::text from pg_class"
            f" where relkind = 'r' and relname = {literal(table_name)} order by 1"
        )
        return [schema for (schema,) in found]

    def describe(self, schema: str, name: str) -> SourceTable | None:
        """Return the table as the catalog describes it, or None when there is no such table."""
        found = self.query(
            "select pg_class.oid, obj_description(pg_class.oid) from pg_class"
            " inner join pg_namespace on relnamespace = pg_namespace.oid where relkind = 'r'"
            f" and nspname = {literal(schema)} and relname = {literal(name)}"
        )
        if not found:
            return None
        [(oid, comment)] = found
        columns = self.query(
            "select attname, format_type(atttypid, atttypmod), not attnotnull,"
            " col_description(attrelid, attnum) from pg_attribute"
            f" where attrelid = {oid} and attnum > 0 and not attisdropped order by attnum"
        )
        return SourceTable(schema, name, comment, tuple(Column(*column) for column in columns))


def publish(url: str, schema: str, reader: str | None = None) -> Publication:
    """Publish the latest build of a Postgres database in `schema` of the same database.

    Parameters
    ----------
    url : str
        The address of the database as libpq takes it: postgresql://user@host:port/database.
    schema : str
        The schema to publish in; made when absent. Nothing else may be in it.
    reader : str, optional
        A role that may read the published schema from now on, and needs nothing else.

    Returns
    -------
    Publication
        What was published.

    Raises
    ------
    PublishError
        When the latest build is not complete, a published table is missing or empty, a verdict
        is suspect, published metrics were rewritten, another publish is running, or Postgres
        cannot be reached or stops the publish. The published schema is as it was.
    """
    with _connected(url) as database:
        _only_publisher(database, schema)
        build = _held_build(database)
        tables = published_set(database, build)
        refuse_suspects(database, tables)
        previous = _previous_publication(database, schema)
        _refuse_schema_of_the_build(tables, build, schema, database)
        lost = _lost_history(database, tables, schema)
        refuse_rewritten_history(
            lost, f"schema {schema} in {database.name}", f"rename the schema {schema}"
        )
        database.execute(f"create schema if not exists {quoted(schema)}")
        _write_overlap(database, tables, schema)
        for name in {table.name for _, table in previous} - {table.name for table in tables}:
            database.execute(f"drop table {database.relation(schema, name)}")
        written = tuple(_replace_table(database, table, schema, build.run_id) for table in tables)
        publication = Publication(
            publication_number=max((number for number, _ in previous), default=0) + 1,
            run_id=build.run_id,
            build_number=build.build_number,
            published_at=datetime.now(UTC).replace(tzinfo=None),
            published_to=f"schema {schema} in {database.name}",
            tables=written,
            equals_previous=set(written) == {table for _, table in previous},
        )
        _write_publication(database, publication, schema)
        if reader:
            database.execute(f"grant usage on schema {quoted(schema)} to {quoted(reader)}")
            database.execute(
                f"grant select on all tables in schema {quoted(schema)} to {quoted(reader)}"
            )
    return publication


@contextmanager
def _connected(url: str) -> Iterator[PostgresBuild]:
    """Open the one transaction; it is committed where nothing fails, and nothing else is."""
    where = "the database of --database"
    try:
        # Closed without a commit, the transaction has never been.
        with closing(psycopg2.connect(url, connect_timeout=10)) as connection:
            info = connection.info
            where = f"{info.dbname} at {info.host}:{info.port}"
            database = PostgresBuild(connection, where)
            # The content hash casts to text. Nobody is waited for longer than a while.
            for setting in (
                "timezone to 'UTC'",
                "datestyle to 'ISO'",
                "extra_float_digits to 1",
                "lock_timeout to '30s'",
            ):
                database.execute(f"set local {setting}")
            yield database
            connection.commit()
    except psycopg2.Error as error:
        raise PublishError(
            f"Postgres stopped the publish: {(str(error) or 'connection lost').splitlines()[0]}",
            where,
            "mend the cause and publish again; what people read is whole, as it was before.",
        ) from error


def _only_publisher(database: PostgresBuild, schema: str) -> None:
    """Hold a lock of the schema until the transaction ends, however it ends."""
    [(is_held,)] = database.query(
        f"select pg_try_advisory_xact_lock(hashtext({literal('also_bought ' + schema)}))"
    )
    if not is_held:
        raise PublishError(
            f"Another publish to the schema {schema} is running.",
            database.name,
            "wait until it has ended.",
        )


def _held_build(database: PostgresBuild) -> Build:
    """Return the latest build, which no new one can begin to replace before the transaction ends.

    A build writes into the log before it touches a table; until then it has to wait.
    """
    for log_schema in database.schemas_with(BUILDS_TABLE):
        database.execute(f"lock table {database.relation(log_schema, BUILDS_TABLE)} in share mode")
    return latest_build(database)


def _previous_publication(database: PostgresBuild, schema: str) -> list[tuple[int, PublishedTable]]:
    """Return the number and the tables of the publication being replaced; empty if none."""
    if database.describe(schema, PUBLICATION_TABLE):
        rows = database.query(
            "select publication_number, table_name, row_count, content_hash"
            f" from {database.relation(schema, PUBLICATION_TABLE)}"
        )
        return [(number, PublishedTable(*table)) for number, *table in rows]
    if database.query(
        "select 1 from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid"
        f" where nspname = {literal(schema)} limit 1"
    ):
        # Whatever it is, it is not ours to overwrite.
        raise PublishError(
            f"The schema {schema} holds what `also-bought publish` has not written.",
            database.name,
            "name another schema with --to; it is made where there is none.",
        )
    return []


def _refuse_schema_of_the_build(
    tables: list[SourceTable], build: Build, schema: str, database: PostgresBuild
) -> None:
    if schema in {build.log_schema, *(table.schema for table in tables)}:
        raise PublishError(
            f"dbt builds in the schema {schema}.",
            database.name,
            "name another schema with --to; it is made where there is none.",
        )


def _lost_history(database: PostgresBuild, tables: list[SourceTable], schema: str) -> int:
    """Return how many published entries of the metrics' history the build does not have."""
    if database.describe(schema, HISTORY_TABLE) is None:
        return 0
    kept = "".join(
        f" except select entry_hash from {database.relation(table.schema, table.name)}"
        for table in tables
        if table.name == HISTORY_TABLE
    )
    [(lost,)] = database.query(
        "select count(*) from (select entry_hash"
        f" from {database.relation(schema, HISTORY_TABLE)}{kept}) as lost"
    )
    return lost


def _write_overlap(database: PostgresBuild, tables: list[SourceTable], schema: str) -> None:
    """Compare the lists with those still published; without any to compare, the table is empty."""
    target = database.relation(schema, OVERLAP_TABLE)
    _empty_table(database, schema, OVERLAP_TABLE, overlap_table(target))
    previous = database.describe(schema, LISTS_TABLE)
    for ours in tables:
        if ours.name == LISTS_TABLE and previous and has_lists(ours) and has_lists(previous):
            database.execute(
                f"insert into {target} "
                + overlap_query(
                    database.relation(ours.schema, ours.name),
                    database.relation(schema, LISTS_TABLE),
                )
            )


def _empty_table(
    database: PostgresBuild, schema: str, name: str, definition: tuple[str, ...]
) -> None:
    """Delete the rows of a table of ours, or make it."""
    if database.describe(schema, name):
        database.execute(f"delete from {database.relation(schema, name)}")
    else:
        for statement in definition:
            database.execute(statement)


def _replace_table(
    database: PostgresBuild, table: SourceTable, schema: str, run_id: str
) -> PublishedTable:
    """Put the rows of the build in place of those published, and read them back."""
    source = database.relation(table.schema, table.name)
    target = database.relation(schema, table.name)
    columns = published_columns(table, "text")
    existing = database.describe(schema, table.name)
    if existing and _shape(existing.columns) != _shape(columns):
        # Only now do readers wait, and only for this table.
        database.execute(f"drop table {target}")
    definition = f"create table {target} ({column_definitions(columns)})"
    _empty_table(database, schema, table.name, (definition,))
    selected = ", ".join(quoted(column.name) for column in table.columns)
    database.execute(f"insert into {target} select {selected}, {literal(run_id)} from {source}")
    _describe_anew(database, target, SourceTable(schema, table.name, table.comment, columns))
    expected = _measure(database, table)
    if _measure(database, database.describe(schema, table.name)) != expected:
        raise PublishError(
            f"The copy of {table.name} reads back different from the build.",
            f"schema {schema} in {database.name}",
            "check the disk of the server and publish again; nothing has changed.",
        )
    return expected


def _shape(columns: tuple[Column, ...]) -> list[tuple]:
    return [(column.name, column.data_type, column.is_nullable) for column in columns]


def _describe_anew(database: PostgresBuild, target: str, table: SourceTable) -> None:
    """Give a published table the comments of the build, where it has others."""
    existing = database.describe(table.schema, table.name)
    if existing.comment != table.comment:
        database.execute(f"comment on table {target} is {_text_or_null(table.comment)}")
    for column, before in zip(table.columns, existing.columns, strict=True):
        if column.comment != before.comment:
            database.execute(
                f"comment on column {target}.{quoted(column.name)}"
                f" is {_text_or_null(column.comment)}"
            )


def _text_or_null(text: str | None) -> str:
    return "null" if text is None else literal(text)


def _measure(database: PostgresBuild, table: SourceTable) -> PublishedTable:
    """Count and hash the rows of `table` without its run id."""
    row_text = " || ".join(
        f"concat(octet_length({quoted(column.name)}::text), ':', {quoted(column.name)}::text)"
        for column in content_columns(table)
    )
    halves = [f"sum(('x' || substr(digest, {start}, 16))::bit(64)::bigint)" for start in (1, 17)]
    [(row_count, *digest_sums)] = database.query(
        f"select count(*), {', '.join(halves)} from (select md5({row_text}) as digest"
        f" from {database.relation(table.schema, table.name)}) as rows"
    )
    return measured(table, row_count, digest_sums)


def _write_publication(database: PostgresBuild, publication: Publication, schema: str) -> None:
    target = database.relation(schema, PUBLICATION_TABLE)
    _empty_table(database, schema, PUBLICATION_TABLE, publication_table(target))
    with database.connection.cursor() as cursor:
        execute_values(cursor, f"insert into {target} values %s", publication.rows())
