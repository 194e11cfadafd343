"""A database with a build that takes a publication: what DuckDB and Postgres do alike."""

from abc import ABC, abstractmethod
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from also_bought.lineage.column_lineage import TableName
from also_bought.publishing.history import figures_query
from also_bought.publishing.own_tables import (
    OWN_TABLES,
    PUBLICATION_TABLE,
    SEAL_COLUMN,
    history_table,
    overlap_table,
    permissions_table,
    publication_table,
)
from also_bought.publishing.pseudonyms import (
    SECRET_VARIABLE,
    Pseudonyms,
    name_of_key,
    refuse_undeclared_keys,
)
from also_bought.publishing.publication import (
    RESULTS_TABLE,
    Build,
    Column,
    Publication,
    PublishedGroup,
    PublishedTable,
    PublishError,
    Schema,
    SourceTable,
    as_published,
    measured,
    seal,
)
from also_bought.sql import literal, quoted, relation

LISTS_TABLE = "user_recommendations"
HISTORY_TABLE = "recommendation_metrics"


@dataclass(frozen=True)
class Previous:
    """The publication that is being replaced."""

    number: int
    tables: frozenset[PublishedTable]


class Warehouse(ABC):
    """A database, in the connection or transaction that publishes."""

    name: str
    """Where it is, for messages."""
    text_type: str
    """What it calls text of any length."""
    dialect: str
    """What sqlglot calls its SQL."""
    temporary: Schema
    """Where its temporary views and tables are."""

    @abstractmethod
    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""

    @abstractmethod
    def execute(self, statement: str) -> None:
        """Run a statement."""

    @abstractmethod
    def build_schema(self, name: str) -> Schema:
        """Return how a query names a schema that dbt builds in."""

    @abstractmethod
    def schemas_with(self, table_name: str) -> list[str]:
        """Return the names of dbt's schemas that have a table of the name, in order."""

    @abstractmethod
    def place(self, group: PublishedGroup) -> Schema:
        """Return the schema in which the tables of a group are written."""

    @abstractmethod
    def last_published(self, name: str) -> SourceTable | None:
        """Return a table of the publication that is being replaced, or None where it has none."""

    @abstractmethod
    def describe(self, schema: Schema, name: str) -> SourceTable | None:
        """Return the table as the catalog describes it, or None when there is no such table."""

    @abstractmethod
    def column_names(self) -> dict[TableName, list[str]]:
        """Return the columns of every table and view that dbt may have read or built, in order."""

    @abstractmethod
    def make_empty(self, table: SourceTable) -> None:
        """Make a table to be filled, with its columns."""

    @abstractmethod
    def go_on_with(self, table: SourceTable) -> None:
        """Make a table to be added to, with the rows that were published last."""

    @abstractmethod
    def finish(self, table: SourceTable) -> None:
        """Give a filled table what it has beside columns and rows."""

    @abstractmethod
    def row_order(self, table: SourceTable) -> str:
        """Return the clause that orders the rows of a table as they are to be stored."""

    @abstractmethod
    def digest_query(self, table: SourceTable) -> str:
        """Return the query of what `measured` takes: one row of three numbers."""

    def grouped_columns(self, query: str) -> dict[TableName, list[str]]:
        """Return the columns by table, from a query of schema, table and column."""
        columns: dict[TableName, list[str]] = {}
        for schema, table, column in self.query(query):
            columns.setdefault(TableName(schema.lower(), table.lower()), []).append(column)
        return columns

    def in_turn(self, tables: list[SourceTable]) -> list[SourceTable]:
        """Return the tables in the order in which they are best written."""
        return tables

    def measure(self, table: SourceTable) -> PublishedTable:
        """Count and hash the rows of a table without its run id."""
        [(row_count, *digest_sums)] = self.query(self.digest_query(table))
        return measured(table, row_count, digest_sums)

    def measured_own_tables(self, schema: Schema) -> list[PublishedTable]:
        """Count and hash the rows of the tables that the seal covers, by name."""
        names = sorted(set(OWN_TABLES) - {PUBLICATION_TABLE})
        found = (self.describe(schema, name) for name in names)
        return [self.measure(table) for table in found if table]

    def last_publication(self, schema: Schema) -> Previous:
        """Return what the table `publication` of a schema says."""
        rows = self.query(
            "select publication_number, table_name, row_count, content_hash"
            f" from {relation(*schema, PUBLICATION_TABLE)}"
        )
        tables = frozenset(PublishedTable(*table) for _, *table in rows)
        return Previous(max((number for number, *_ in rows), default=0), tables)

    def is_as_sealed(self, schema: Schema) -> bool | None:
        """Return whether publishing's own tables are as they were sealed; None without a seal."""
        found = self.describe(schema, PUBLICATION_TABLE)
        there = {column.name for column in found.columns} if found else set()
        if SEAL_COLUMN not in there:
            return None
        # An earlier version may have sealed fewer columns.
        sealed = there - {SEAL_COLUMN}
        own = publication_table(schema)
        names = ", ".join(quoted(column.name) for column in own.columns if column.name in sealed)
        rows = self.query(f"select {names} from {own.relation}")
        seals = self.query(f"select distinct {SEAL_COLUMN} from {own.relation}")
        return seals == [(seal(rows, self.measured_own_tables(schema)),)]

    def refuse_changed_publication(self, schema: Schema, where: object, to_begin_anew: str) -> None:
        """Refuse to take over the figures of earlier publications where somebody changed them."""
        if self.is_as_sealed(schema) is False:
            raise PublishError(
                "Somebody has changed the figures of earlier publications: the seal is broken.",
                where,
                "find out who writes there, and bring the place back from a copy; to begin a new"
                f" history, {to_begin_anew}.",
            )

    def refuse_rewritten_history(
        self, tables: list[SourceTable], where: object, to_begin_anew: str
    ) -> None:
        """Refuse when entries of the metrics' history that were published are gone or changed."""
        published = self.last_published(HISTORY_TABLE)
        if published is None:
            return
        kept = "".join(
            f" except select entry_hash from {table.relation}"
            for table in tables
            if table.name.lower() == HISTORY_TABLE
        )
        [(lost,)] = self.query(
            f"select count(*) from (select entry_hash from {published.relation}{kept}) as lost"
        )
        if lost:
            raise PublishError(
                f"{lost} published entries of {HISTORY_TABLE} are gone or changed in this build.",
                where,
                "build in the database that has the history, or in a new one that takes it over"
                f" (docs/publishing.md); to begin a new history, {to_begin_anew}.",
            )

    def write_tables(
        self,
        build: Build,
        tables: list[SourceTable],
        previous: Previous | None,
        published_to: str,
    ) -> Publication:
        """Write the published set and publishing's own tables."""
        self.write_overlap(tables)
        self.write_permissions(build)
        written = {
            table.name: self.copy_table(table, build.run_id) for table in self.in_turn(tables)
        }
        publication = Publication(
            publication_number=(previous.number if previous else 0) + 1,
            run_id=build.run_id,
            build_number=build.build_number,
            published_at=datetime.now(UTC).replace(tzinfo=None),
            published_to=published_to,
            tables=tuple(written[table.name] for table in tables),
            equals_previous=previous is not None and previous.tables == set(written.values()),
            remarks=build.remarks,
        )
        self.write_history(publication, build, tables)
        self.write_publication(publication)
        return publication

    @abstractmethod
    def keep_pseudonyms(self, pairs: list[tuple[str, str]]) -> str:
        """Write keys and their pseudonyms to a table that ends with the connection; return it."""

    def under_pseudonyms(
        self, tables: list[SourceTable], pseudonyms: Pseudonyms | None, *, has_new_keys: bool
    ) -> list[SourceTable]:
        """Return the tables with pseudonyms in the place of the keys of customers and orders.

        Raises
        ------
        PublishError
            When the secret is another than that of the last publication and nobody says so, or a
            table about persons does not declare its keys.
        """
        if not has_new_keys:
            self._refuse_other_secret(tables, pseudonyms)
        if pseudonyms is None:
            return tables
        refuse_undeclared_keys(tables, self.name)
        keys = " union ".join(
            f"select cast({quoted(key)} as {self.text_type}) as person_key from {table.relation}"
            for table in tables
            for key in table.person_keys or ()
        )
        if not keys:
            return tables
        found = self.query(f"select person_key from ({keys}) as found where person_key is not null")
        kept = self.keep_pseudonyms([(key, pseudonyms.of(key)) for (key,) in found])
        return [
            self._view(table, kept, pseudonyms) if table.person_keys else table for table in tables
        ]

    def _refuse_other_secret(
        self, tables: list[SourceTable], pseudonyms: Pseudonyms | None
    ) -> None:
        now = pseudonyms.name if pseudonyms else None
        for table in tables:
            last = self.last_published(table.name) if table.person_keys else None
            before = {name_of_key(last, key) for key in table.person_keys or ()} if last else {now}
            if before != {now}:
                raise PublishError(
                    "The last publication has keys of another secret, or plain ones.",
                    f"the environment variable {SECRET_VARIABLE}; table {table.name}",
                    "set the secret of the last publication; to publish other keys from now on,"
                    " publish with --new-keys.",
                )

    def _view(self, table: SourceTable, kept: str, pseudonyms: Pseudonyms) -> SourceTable:
        """Return a view of a table that shows pseudonyms, and ends with the connection."""
        person_keys = table.person_keys or ()
        shown = ", ".join(
            f"{quoted(f'of {column.name}')}.pseudonym as {quoted(column.name)}"
            if column.name in person_keys
            else f"built.{quoted(column.name)}"
            for column in table.columns
        )
        joins = " ".join(
            f"left join {kept} as {quoted(f'of {key}')}"
            f" on cast(built.{quoted(key)} as {self.text_type}) = {quoted(f'of {key}')}.person_key"
            for key in person_keys
        )
        view = replace(
            table,
            schema=self.temporary,
            columns=tuple(
                pseudonyms.column(column, self.text_type) if column.name in person_keys else column
                for column in table.columns
            ),
        )
        self.execute(
            f"create temporary view {quoted(table.name)} as"
            f" select {shown} from {table.relation} as built {joins}"
        )
        return view

    def copy_table(self, table: SourceTable, run_id: str) -> PublishedTable:
        """Publish one table of the build, with its types, NOT NULL constraints and comments."""
        published = self.published(table)
        self.make_empty(published)
        self.execute(
            f"insert into {published.relation} ({published.names})"
            f" select {table.names}, {literal(run_id)} from {table.relation}"
            f" {self.row_order(table)}"
        )
        self.finish(published)
        return self.measure(table)

    def published(self, table: SourceTable) -> SourceTable:
        """Return a table of the build as it is to be published."""
        return as_published(table, self.place(table.group), self.text_type)

    def write_permissions(self, build: Build) -> None:
        """Write which restricted attributes may count; mostly the table is empty."""
        table = permissions_table(self.place(PublishedGroup.BI))
        self.make_empty(table)
        for permission in build.permissions:
            values = ", ".join(map(literal, astuple(permission)))
            self.execute(f"insert into {table.relation} ({table.names}) values ({values})")
        self.finish(table)

    def write_publication(self, publication: Publication) -> None:
        """Write the table `publication`, when all others are written."""
        place = self.place(PublishedGroup.BI)
        table = publication_table(place)
        self.make_empty(table)
        sealed = seal(publication.rows(), self.measured_own_tables(place))
        rows = (f"({', '.join(map(literal, (*row, sealed)))})" for row in publication.rows())
        self.execute(f"insert into {table.relation} ({table.names}) values {', '.join(rows)}")
        self.finish(table)

    def write_history(
        self, publication: Publication, build: Build, tables: list[SourceTable]
    ) -> None:
        """Add this publication's figures to those of all before."""
        place = self.place(PublishedGroup.BI)
        history = history_table(place)
        self.go_on_with(history)
        log = self.describe(self.build_schema(build.log_schema), RESULTS_TABLE)
        sources = [*tables, overlap_table(place), *([log] if log else [])]
        self.execute(
            f"insert into {history.relation} ({history.names})"
            f" select {publication.publication_number},"
            f" cast({literal(publication.published_at)} as timestamp),"
            " subject, name, measure, value"
            f" from ({figures_query(sources, publication.tables)}) as figures"
            " where value is not null order by subject, name, measure"
        )
        self.finish(history)

    def write_overlap(self, tables: list[SourceTable]) -> None:
        """Compare the lists with those being replaced; where there are none, the table is empty."""
        overlap = overlap_table(self.place(PublishedGroup.BI))
        self.make_empty(overlap)
        theirs = self.last_published(LISTS_TABLE)
        for ours in tables:
            if (
                ours.name.lower() == LISTS_TABLE
                and theirs
                and _has_lists(ours)
                and _has_lists(theirs)
            ):
                self.execute(
                    f"insert into {overlap.relation} "
                    + _overlap_query(ours.relation, theirs.relation)
                )
        self.finish(overlap)


def column_definitions(columns: tuple[Column, ...]) -> str:
    """Return the columns as `create table` takes them."""
    return ", ".join(
        f"{quoted(column.name)} {column.data_type}{'' if column.is_nullable else ' not null'}"
        for column in columns
    )


def _has_lists(table: SourceTable) -> bool:
    """Return whether a table has what `_overlap_query` reads."""
    return {"user_id", "list", "item_id"} <= {column.name for column in table.columns}


def _overlap_query(ours: str, theirs: str) -> str:
    """Return the query of the rows of `list_overlap`, from the new lists and the previous."""
    columns = ("user_id", "list", "item_id")
    keys = ", ".join(f"{column}::varchar as {column}" for column in columns)
    return f"""
        with items as (
            select user_id, list, max(ours) as ours, max(theirs) as theirs
            from (
                select {keys}, 1 as ours, 0 as theirs from {ours}
                union all select {keys}, 0, 1 from {theirs}
            ) as either
            group by user_id, list, item_id
        ),
        lists as (
            select
                list,
                sum(ours) as row_count,
                sum(theirs) as previous_row_count,
                sum(ours * theirs) as shared_row_count
            from items
            group by user_id, list
        )
        select
            list,
            count(*),
            sum(row_count),
            sum(previous_row_count),
            sum(shared_row_count),
            cast(sum(shared_row_count) as double precision)
            / cast(sum(greatest(row_count, previous_row_count)) as double precision)
        from lists
        where row_count > 0 and previous_row_count > 0
        group by list
        order by list
    """
