"""Publish a build in Postgres: from private schemas to the one that people read.

Rows about persons lie in one schema. Figures and definitions lie in another, which a role may see
by itself, and the first shows them by views.

Everything happens in one transaction, so a statement sees one publication or the next, in all its
tables. It only inserts and deletes rows, for which no reader waits; a table whose columns changed
is altered, never made anew, so that grants, indexes and views of others stay. Whatever fails, a
killed server included, leaves the published schema as it was.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg2
import psycopg2.errors
import psycopg2.extensions

from also_bought.lineage.column_lineage import TableName
from also_bought.publishing.build_log import BUILDS_TABLE, log_schema, publishable_build
from also_bought.publishing.own_tables import PUBLICATION_TABLE
from also_bought.publishing.pseudonyms import Pseudonyms
from also_bought.publishing.publication import (
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
from also_bought.publishing.warehouse import Previous, Warehouse, column_definitions
from also_bought.sql import literal, quoted, relation

# What Postgres says of a column or table that cannot go or change, and of a type that cannot.
DEPENDED_ON = (
    psycopg2.errors.DependentObjectsStillExist,
    psycopg2.errors.FeatureNotSupported,
)
# What the catalog calls them, and what a statement does.
TABLE, VIEW = "r", "v"
WORDS_OF_KINDS = {TABLE: "table", VIEW: "view"}


@dataclass(frozen=True)
class Postgres(Warehouse):
    """The database, inside the transaction that publishes."""

    connection: psycopg2.extensions.connection
    name: str
    schema: str
    """Where the whole set is published: tables about persons, and views of the figures."""
    text_type = "text"
    dialect = "postgres"
    temporary = ("pg_temp",)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def execute(self, statement: str) -> None:
        """Run a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def build_schema(self, name: str) -> Schema:
        """Return how a query names a schema that dbt builds in."""
        return (name,)

    def schemas_with(self, table_name: str) -> list[str]:
        """Return the names of dbt's schemas that have a table of the name, in order."""
        found = self.query(
            "select relnamespace::regnamespace::text from pg_class"
            f" where relkind = 'r' and relname = {literal(table_name)} order by 1"
        )
        return [schema for (schema,) in found]

    def place(self, group: PublishedGroup) -> Schema:
        """Return the schema in which the tables of a group are written."""
        return (self.schema if group is PublishedGroup.APP else f"{self.schema}_bi",)

    def last_published(self, name: str) -> SourceTable | None:
        """Return a table of the publication that is being replaced, or None where it has none."""
        found = (self.describe(self.place(group), name) for group in PublishedGroup)
        return next(filter(None, found), None)

    def describe(self, schema: Schema, name: str) -> SourceTable | None:
        """Return the table as the catalog describes it, or None when there is no such table."""
        return self._described(schema, name, TABLE)

    def _described(self, schema: Schema, name: str, kind: str) -> SourceTable | None:
        found = self.query(
            "select pg_class.oid, obj_description(pg_class.oid) from pg_class"
            f" inner join pg_namespace on relnamespace = pg_namespace.oid where relkind = '{kind}'"
            f" and nspname = {literal(schema[-1])} and relname = {literal(name)}"
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

    def column_names(self) -> dict[TableName, list[str]]:
        """Return the columns of every table and view of the database, in order."""
        return self.grouped_columns(
            "select nspname, relname, attname from pg_attribute"
            " inner join pg_class on attrelid = pg_class.oid"
            " inner join pg_namespace on relnamespace = pg_namespace.oid"
            " where relkind in ('r', 'v', 'm', 'p', 'f') and attnum > 0 and not attisdropped"
            " and nspname not in ('pg_catalog', 'information_schema')"
            " order by nspname, relname, attnum"
        )

    def keep_pseudonyms(self, pairs: list[tuple[str, str]]) -> str:
        """Write keys and their pseudonyms to a table that ends with the connection; return it."""
        table = quoted("also_bought pseudonyms")
        self.execute(
            f"create temporary table {table} (person_key text primary key, pseudonym text not null)"
        )
        # What is copied stands in no log of statements.
        rows = io.StringIO()
        csv.writer(rows, quoting=csv.QUOTE_ALL).writerows(pairs)
        rows.seek(0)
        with self.connection.cursor() as cursor:
            cursor.copy_expert(f"copy {table} from stdin (format csv)", rows)
        self.execute(f"analyze {table}")
        return table

    def in_turn(self, tables: list[SourceTable]) -> list[SourceTable]:
        """Return the tables that are altered last: readers of them wait until the end."""
        return sorted(tables, key=self._is_altered)

    def copy_table(self, table: SourceTable, run_id: str) -> PublishedTable:
        """Put the rows of the build in place of those published, and read them back."""
        expected = super().copy_table(table, run_id)
        published = self._as_found(self.published(table))
        if self.measure(published) != expected:
            raise PublishError(
                f"The copy of {table.name} reads back different from the build.",
                f"schema {published.schema[-1]} in {self.name}",
                "check the disk of the server and publish again; nothing has changed.",
            )
        return expected

    def make_empty(self, table: SourceTable) -> None:
        """Make a published table, or delete its rows and give it the columns that it is to have."""
        if existing := self.last_published(table.name):
            self.execute(f"delete from {existing.relation}")
        self.go_on_with(table)

    def go_on_with(self, table: SourceTable) -> None:
        """Make a published table, or give the one that is there its columns, and show it."""
        existing = self.last_published(table.name)
        if existing is None:
            self.execute(f"create table {table.relation} ({column_definitions(table.columns)})")
            self._show(table, [])
            return
        readers = self._readers(self._shown(table))
        kept = {(column.name, column.data_type) for column in table.columns}
        if existing.schema != table.schema or not kept.issuperset(_types(existing)):
            self._drop_view(table.name)
        if existing.schema != table.schema:
            self._move(existing, table.schema)
        if changes := self._changes(replace(existing, schema=table.schema), table):
            self.execute(f"alter table {table.relation} {', '.join(changes)}")
        self._show(table, readers)

    def finish(self, table: SourceTable) -> None:
        """Give a filled table its key, its indexes, its comments and its statistics."""
        target = table.relation
        if self._lacks_key(table):
            self.execute(f"alter table {target} add primary key ({_names(table.primary_key)})")
        for name in table.looked_up_by:
            if all(columns[0] != name for _, columns, _ in self._indexes(table)):
                self.execute(f"create index on {target} ({quoted(name)})")
        self._comment(table, TABLE)
        if table.group is PublishedGroup.BI:
            self._comment(self._shown(table), VIEW)
        self.execute(f"analyze {target}")

    def _shown(self, table: SourceTable) -> SourceTable:
        """Return a published table as it is found among those about persons."""
        return replace(table, schema=self.place(PublishedGroup.APP))

    def _move(self, existing: SourceTable, schema: Schema) -> None:
        """Move a table whose group has changed; indexes and views of others come along."""
        if schema == self.place(PublishedGroup.APP):
            # Whoever may see figures may not see persons by that.
            for column, role in self._readers(existing):
                self.execute(f"revoke select{column} on {existing.relation} from {role}")
        self.execute(f"alter table {existing.relation} set schema {quoted(schema[-1])}")

    def _show(self, table: SourceTable, readers: list[tuple[Any, ...]]) -> None:
        """Show figures among the tables about persons, to whom could read them there."""
        shown = self._shown(table)
        if table.group is PublishedGroup.BI:
            found = self.describe(table.schema, table.name)
            view = self.view(table.name)
            assert found is not None
            if view and _types(view) == _types(found):
                return
            self.execute(
                f"create or replace view {shown.relation} as"
                f" select {found.names} from {found.relation}"
            )
        for column, role in readers:
            self.execute(f"grant select{column} on {shown.relation} to {role}")

    def view(self, name: str) -> SourceTable | None:
        """Return the view that shows figures among the tables about persons."""
        return self._described(self.place(PublishedGroup.APP), name, VIEW)

    def _drop_view(self, name: str) -> None:
        if view := self.view(name):
            self.execute(f"drop view {view.relation}")

    def _readers(self, table: SourceTable) -> list[tuple[Any, ...]]:
        """Return which roles but the owner may read which columns of a table or view.

        A column is in brackets, as `grant` takes it, and empty where the role may read all.
        """
        columns = ", ".join(literal(column.name) for column in table.columns)
        return self.query(
            "select coalesce('(' || quote_ident(attname) || ')', ''),"
            " coalesce(quote_ident(rolname), 'public') from pg_class"
            " cross join lateral (select null as attname, relacl as acl union all"
            " select attname, attacl from pg_attribute where attrelid = pg_class.oid"
            f" and attname in ({columns})) as grants"
            " cross join aclexplode(acl) as granted left join pg_roles on grantee = pg_roles.oid"
            f" where pg_class.oid = to_regclass({literal(table.relation)})"
            " and privilege_type = 'SELECT' and grantee <> relowner"
        )

    def drop(self, name: str) -> None:
        """Drop a table that is published no more, and the view of it."""
        self._drop_view(name)
        if table := self.last_published(name):
            self.execute(f"drop table {table.relation}")

    def grant(self, group: PublishedGroup, role: str) -> None:
        """Let a role read what lies in the schema of a group, its tables and its views."""
        schema = relation(*self.place(group))
        self.execute(f"grant usage on schema {schema} to {quoted(role)}")
        self.execute(f"grant select on all tables in schema {schema} to {quoted(role)}")

    def _comment(self, table: SourceTable, kind: str) -> None:
        """Give a table or view its comments, where it has others."""
        words, target = WORDS_OF_KINDS[kind], table.relation
        existing = self._as_found(table, kind)
        if existing.comment != table.comment:
            self.execute(f"comment on {words} {target} is {_text_or_null(table.comment)}")
        for column, before in zip(table.columns, existing.columns, strict=True):
            if column.comment != before.comment:
                self.execute(
                    f"comment on column {target}.{quoted(column.name)}"
                    f" is {_text_or_null(column.comment)}"
                )

    def row_order(self, table: SourceTable) -> str:
        """Return the clause of the key's order: the rows of one look-up then lie together."""
        return f"order by {_names(table.primary_key)}" if table.primary_key else ""

    def digest_query(self, table: SourceTable) -> str:
        """Return the query of what `measured` takes."""
        # Hash partitions rely on this hash, so it is the same in the next version of Postgres.
        # MD5 took five times as long.
        halves = [f"sum(hashtextextended(row_text, {seed}))" for seed in (0, 1)]
        return (
            f"select count(*), {', '.join(halves)} from (select"
            f" row({_names(column.name for column in table.content)})::text as row_text"
            # Each row's text is made once.
            f" from {table.relation} offset 0) as rows"
        )

    def _is_altered(self, table: SourceTable) -> bool:
        """Return whether a published table has other columns, key or group than the build's."""
        published = self.published(table)
        existing = self.last_published(table.name)
        return existing is not None and bool(
            existing.schema != published.schema
            or self._changes(existing, published)
            or self._lacks_key(published)
        )

    def _changes(self, existing: SourceTable, wanted: SourceTable) -> list[str]:
        """Return what `alter table` has to do; the order of columns is left as it is."""
        changes = []
        key_columns = set()
        for name, columns, is_primary in self._indexes(existing):
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

    def _lacks_key(self, table: SourceTable) -> bool:
        """Return whether a published table is to have a primary key, and has none."""
        return bool(table.primary_key) and not any(
            is_primary for _, _, is_primary in self._indexes(table)
        )

    def _indexes(self, table: SourceTable) -> list[tuple[Any, ...]]:
        """Return name, columns and whether it is the primary key of each index of all rows."""
        return self.query(
            "select relname, array_agg(attname::text order by place), indisprimary"
            " from pg_index inner join pg_class on indexrelid = pg_class.oid"
            " inner join pg_am on relam = pg_am.oid"
            " cross join unnest(indkey) with ordinality as keys(number, place)"
            " inner join pg_attribute on attrelid = indrelid and attnum = number"
            f" where indrelid = {literal(table.relation)}::regclass"
            " and amname = 'btree' and indisvalid and indpred is null and indexprs is null"
            " group by relname, indisprimary order by relname"
        )

    def _as_found(self, table: SourceTable, kind: str = TABLE) -> SourceTable:
        """Return a published table as the catalog describes it, with the columns in our order."""
        found = self._described(table.schema, table.name, kind)
        assert found is not None
        columns = {column.name: column for column in found.columns}
        return replace(found, columns=tuple(columns[column.name] for column in table.columns))


def publish(
    url: str,
    schema: str,
    reader: str | None = None,
    target_schema: str | None = None,
    bi_reader: str | None = None,
    *,
    has_new_keys: bool = False,
) -> Publication:
    """Publish what dbt has built in a Postgres database in two schemas of the same database.

    Parameters
    ----------
    url : str
        The address of the database as libpq takes it: postgresql://user@host:port/database.
    schema : str
        The schema to publish in; made when absent, and so is the schema of figures, <schema>_bi.
        Nothing else may be in them.
    reader : str, optional
        A role that may read all that is published from now on, and needs nothing else.
    target_schema : str, optional
        The schema of the dbt target; needed where the database holds the builds of several.
    bi_reader : str, optional
        A role that may read the figures from now on, and no row about a person.
    has_new_keys : bool, optional
        Whether other keys of customers than before are wanted.

    Returns
    -------
    Publication
        What was published.

    Raises
    ------
    PublishError
        When the log names a node that is not good, a published table is missing or empty, a verdict
        is suspect, published metrics or their seals were rewritten, another publish is running, or
        Postgres cannot be reached or stops the publish. Both schemas are as they were.
    PublishDoubtError
        When the connection is lost while Postgres commits. What is published is whole, as it was
        or new.
    """
    with _connected(url, schema) as database:
        _only_publisher(database)
        build = _held_build(database, target_schema)
        tables = published_set(database, build)
        refuse_broken_seals(database, build)
        refuse_suspects(database, tables)
        build = with_permitted_attributes(database, build)
        previous = _previous_publication(database)
        _refuse_schemas_of_the_build(tables, build, database)
        where = f"schema {schema} in {database.name}"
        if previous:
            to_begin_anew = f"rename the schemas {schema} and {schema}_bi"
            database.refuse_changed_publication(
                database.place(PublishedGroup.BI), where, to_begin_anew
            )
            database.refuse_rewritten_history(tables, where, to_begin_anew)
        for group in PublishedGroup:
            database.execute(f"create schema if not exists {relation(*database.place(group))}")
        tables = database.under_pseudonyms(
            tables, Pseudonyms.from_environment(), has_new_keys=has_new_keys
        )
        publication = database.write_tables(build, tables, previous, where)
        gone = {table.name for table in previous.tables} if previous else set()
        for name in gone - {table.name for table in tables}:
            database.drop(name)
        for group, role in ((PublishedGroup.APP, reader), (PublishedGroup.BI, bi_reader)):
            if role:
                database.grant(group, role)
    return publication


@contextmanager
def _connected(url: str, schema: str) -> Iterator[Postgres]:
    """Open the one transaction; it is committed where nothing fails, and nothing else is."""
    where = "the database of --database"
    is_committing = False
    try:
        # Closed without a commit, the transaction has never been.
        with closing(psycopg2.connect(url, connect_timeout=10)) as connection:
            info = connection.info
            where = f"{info.dbname} at {info.host}:{info.port}"
            database = Postgres(connection, where, schema)
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


def _only_publisher(database: Postgres) -> None:
    """Hold a lock of the schemas until the transaction ends, however it ends."""
    [(is_held,)] = database.query(
        f"select pg_try_advisory_xact_lock(hashtext({literal('also_bought ' + database.schema)}))"
    )
    if not is_held:
        raise PublishError(
            f"Another publish to the schema {database.schema} is running.",
            database.name,
            "wait until it has ended.",
        )


def _held_build(database: Postgres, target_schema: str | None) -> Build:
    """Return the build, of which no new command can touch a table before the transaction ends.

    A command writes into the log first, and has to wait there.
    """
    schema = log_schema(database, target_schema)
    database.execute(f"lock table {relation(schema, BUILDS_TABLE)} in share mode")
    return publishable_build(database, schema)


def _previous_publication(database: Postgres) -> Previous | None:
    """Return the publication being replaced."""
    app, bi = (database.place(group) for group in PublishedGroup)
    if database.describe(bi, PUBLICATION_TABLE) and database.view(PUBLICATION_TABLE):
        return database.last_publication(bi)
    used = [schema for schema in (app, bi) if _holds_anything(database, schema)]
    if used == [app] and database.describe(app, PUBLICATION_TABLE):
        # Of a version that knew no groups.
        return database.last_publication(app)
    for (schema,) in used:
        # Whatever it is, it is not ours to overwrite.
        raise PublishError(
            f"The schema {schema} holds what `also-bought publish` has not written.",
            database.name,
            "name another schema with --to; it is made where there is none.",
        )
    return None


def _holds_anything(database: Postgres, schema: Schema) -> bool:
    return bool(
        database.query(
            "select 1 from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid"
            f" where nspname = {literal(schema[-1])} limit 1"
        )
    )


def _refuse_schemas_of_the_build(
    tables: list[SourceTable], build: Build, database: Postgres
) -> None:
    built_in = {build.log_schema, *(table.schema[-1] for table in tables)}
    for (schema,) in map(database.place, PublishedGroup):
        if schema in built_in:
            raise PublishError(
                f"dbt builds in the schema {schema}.",
                database.name,
                "name another schema with --to; it is made where there is none.",
            )


def _types(table: SourceTable) -> list[tuple[str, str]]:
    return [(column.name, column.data_type) for column in table.columns]


def _names(columns: Iterable[str]) -> str:
    return ", ".join(quoted(column) for column in columns)


def _text_or_null(text: str | None) -> str:
    return "null" if text is None else literal(text)
