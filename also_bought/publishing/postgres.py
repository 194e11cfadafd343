"""Publish a build in Postgres: from private schemas to the one that people read.

Everything happens in one transaction, so a statement sees one publication or the next, in all its
tables. It only inserts and deletes rows, for which no reader waits; a table whose columns changed
is altered, never made anew, so that grants, indexes and views of others stay. Whatever fails, a
killed server included, leaves the published schema as it was.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import psycopg2
import psycopg2.errors
import psycopg2.extensions
from psycopg2.extras import execute_values

from also_bought.publishing.build_log import BUILDS_TABLE, log_schema, publishable_build
from also_bought.publishing.published_set import (
    HISTORY_TABLE,
    LISTS_TABLE,
    OVERLAP_TABLE,
    PUBLICATION_TABLE,
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

# What Postgres says of a column or table that cannot go or change, and of a type that cannot.
DEPENDED_ON = (
    psycopg2.errors.DependentObjectsStillExist,
    psycopg2.errors.FeatureNotSupported,
)


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


def publish(
    url: str, schema: str, reader: str | None = None, target_schema: str | None = None
) -> Publication:
    """Publish what dbt has built in a Postgres database in `schema` of the same database.

    Parameters
    ----------
    url : str
        The address of the database as libpq takes it: postgresql://user@host:port/database.
    schema : str
        The schema to publish in; made when absent. Nothing else may be in it.
    reader : str, optional
        A role that may read the published schema from now on, and needs nothing else.
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
        is suspect, published metrics were rewritten, another publish is running, or Postgres
        cannot be reached or stops the publish. The published schema is as it was.
    PublishDoubtError
        When the connection is lost while Postgres commits. The published schema is whole, as it
        was or new.
    """
    with _connected(url) as database:
        _only_publisher(database, schema)
        build = _held_build(database, target_schema)
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
        # Readers of a table that is altered wait until the end: those tables come last.
        in_turn = sorted(tables, key=lambda table: _is_altered(database, table, schema))
        written = {
            table.name: _replace_table(database, table, schema, build.run_id) for table in in_turn
        }
        for name in {table.name for _, table in previous} - {table.name for table in tables}:
            database.execute(f"drop table {database.relation(schema, name)}")
        publication = Publication(
            publication_number=max((number for number, _ in previous), default=0) + 1,
            run_id=build.run_id,
            build_number=build.build_number,
            published_at=datetime.now(UTC).replace(tzinfo=None),
            published_to=f"schema {schema} in {database.name}",
            tables=tuple(written[table.name] for table in tables),
            equals_previous=set(written.values()) == {table for _, table in previous},
            remarks=build.remarks,
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
    is_committing = False
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
            is_committing = True
            connection.commit()
    except psycopg2.Error as error:
        if is_committing and connection.closed:
            raise PublishDoubtError(
                "It is not known whether this was published: the connection was lost at the end.",
                where,
                "see in the table publication; where it has not the new build, publish again.",
            ) from error
        if isinstance(error, DEPENDED_ON) and error.diag.message_detail:
            raise PublishError(
                f"Postgres stopped the publish: {error.diag.message_primary}.",
                f"{where}: {'; '.join(error.diag.message_detail.splitlines())}",
                "drop what depends on it, publish, and make it anew; nothing has changed.",
            ) from error
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


def _held_build(database: PostgresBuild, target_schema: str | None) -> Build:
    """Return the build, of which no new command can touch a table before the transaction ends.

    A command writes into the log first, and has to wait there.
    """
    schema = log_schema(database, target_schema)
    database.execute(f"lock table {database.relation(schema, BUILDS_TABLE)} in share mode")
    return publishable_build(database, schema)


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
    overlap = overlap_table(schema)
    _make_empty(database, overlap)
    previous = database.describe(schema, LISTS_TABLE)
    for ours in tables:
        if ours.name == LISTS_TABLE and previous and has_lists(ours) and has_lists(previous):
            database.execute(
                f"insert into {database.relation(schema, OVERLAP_TABLE)} "
                + overlap_query(
                    database.relation(ours.schema, ours.name),
                    database.relation(schema, LISTS_TABLE),
                )
            )
    _finish(database, overlap)


def _replace_table(
    database: PostgresBuild, table: SourceTable, schema: str, run_id: str
) -> PublishedTable:
    """Put the rows of the build in place of those published, and read them back."""
    published = as_published(table, schema, "text")
    _make_empty(database, published)
    # In the order of the key: the rows of one look-up then lie together.
    order = f" order by {_names(table.primary_key)}" if table.primary_key else ""
    database.execute(
        f"insert into {database.relation(schema, table.name)}"
        f" ({_names(column.name for column in published.columns)})"
        f" select {_names(column.name for column in table.columns)}, {literal(run_id)}"
        f" from {database.relation(table.schema, table.name)}{order}"
    )
    _finish(database, published)
    expected = _measure(database, table)
    if _measure(database, _as_found(database, published)) != expected:
        raise PublishError(
            f"The copy of {table.name} reads back different from the build.",
            f"schema {schema} in {database.name}",
            "check the disk of the server and publish again; nothing has changed.",
        )
    return expected


def _is_altered(database: PostgresBuild, table: SourceTable, schema: str) -> bool:
    """Return whether a published table has other columns, or another key, than the build's."""
    published = as_published(table, schema, "text")
    existing = database.describe(schema, table.name)
    return existing is not None and bool(
        _changes(database, existing, published) or _lacks_key(database, published)
    )


def _make_empty(database: PostgresBuild, table: SourceTable) -> None:
    """Make a published table, or delete its rows and give it the columns that it is to have."""
    target = database.relation(table.schema, table.name)
    existing = database.describe(table.schema, table.name)
    if existing is None:
        database.execute(f"create table {target} ({column_definitions(table.columns)})")
        return
    database.execute(f"delete from {target}")
    changes = _changes(database, existing, table)
    if changes:
        database.execute(f"alter table {target} {', '.join(changes)}")


def _changes(database: PostgresBuild, existing: SourceTable, wanted: SourceTable) -> list[str]:
    """Return what `alter table` has to do; the order of columns is left as it is."""
    changes = []
    key_columns = set()
    for name, columns, is_primary in _indexes(database, existing):
        if is_primary and wanted.primary_key not in ((), tuple(columns)):
            changes.append(f"drop constraint {quoted(name)}")
        elif is_primary:
            key_columns.update(columns)
    before = {column.name: column for column in existing.columns}
    names = {column.name for column in wanted.columns}
    changes += [f"drop column {quoted(name)}" for name in before if name not in names]
    for column in wanted.columns:
        name, old = quoted(column.name), before.get(column.name)
        if old is None:
            changes.append(f"add column {column_definitions((column,))}")
            continue
        if old.data_type != column.data_type:
            # There is no row to convert; without `using`, there would have to be a cast.
            changes.append(f"alter column {name} type {column.data_type} using null")
        if old.is_nullable != column.is_nullable and column.name not in key_columns:
            action = "drop" if column.is_nullable else "set"
            changes.append(f"alter column {name} {action} not null")
    return changes


def _lacks_key(database: PostgresBuild, table: SourceTable) -> bool:
    """Return whether a published table is to have a primary key, and has none."""
    return bool(table.primary_key) and not any(
        is_primary for _, _, is_primary in _indexes(database, table)
    )


def _indexes(database: PostgresBuild, table: SourceTable) -> list[tuple[str, list[str], bool]]:
    """Return name, columns and whether it is the primary key of each index that any row is in."""
    return database.query(
        "select relname, array_agg(attname::text order by place), indisprimary"
        " from pg_index inner join pg_class on indexrelid = pg_class.oid"
        " inner join pg_am on relam = pg_am.oid"
        " cross join unnest(indkey) with ordinality as keys(number, place)"
        " inner join pg_attribute on attrelid = indrelid and attnum = number"
        f" where indrelid = {literal(database.relation(table.schema, table.name))}::regclass"
        " and amname = 'btree' and indisvalid and indpred is null and indexprs is null"
        " group by relname, indisprimary order by relname"
    )


def _finish(database: PostgresBuild, table: SourceTable) -> None:
    """Give a filled table its key, its indexes, its comments and its statistics."""
    target = database.relation(table.schema, table.name)
    if _lacks_key(database, table):
        database.execute(f"alter table {target} add primary key ({_names(table.primary_key)})")
    for column in table.looked_up_by:
        if all(columns[0] != column for _, columns, _ in _indexes(database, table)):
            database.execute(f"create index on {target} ({quoted(column)})")
    existing = _as_found(database, table)
    if existing.comment != table.comment:
        database.execute(f"comment on table {target} is {_text_or_null(table.comment)}")
    for column, before in zip(table.columns, existing.columns, strict=True):
        if column.comment != before.comment:
            database.execute(
                f"comment on column {target}.{quoted(column.name)}"
                f" is {_text_or_null(column.comment)}"
            )
    database.execute(f"analyze {target}")


def _as_found(database: PostgresBuild, table: SourceTable) -> SourceTable:
    """Return a published table as the catalog describes it, with the columns in our order."""
    found = database.describe(table.schema, table.name)
    columns = {column.name: column for column in found.columns}
    return replace(found, columns=tuple(columns[column.name] for column in table.columns))


def _names(columns: Iterable[str]) -> str:
    return ", ".join(quoted(column) for column in columns)


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
    table = publication_table(schema)
    _make_empty(database, table)
    target = database.relation(schema, PUBLICATION_TABLE)
    with database.connection.cursor() as cursor:
        execute_values(
            cursor,
            f"insert into {target} ({_names(column.name for column in table.columns)}) values %s",
            publication.rows(),
        )
    _finish(database, table)
