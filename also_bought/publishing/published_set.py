"""The published set, whatever the warehouse: which tables it has, and what is not published."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from also_bought.errors import ExplainedError
from also_bought.sql import quoted

PUBLICATION_TABLE = "publication"
OVERLAP_TABLE = "list_overlap"
LISTS_TABLE = "user_recommendations"
RUN_ID_COLUMN = "run_id"
RUN_ID_COMMENT = "The dbt run that built this row."
VERDICTS_TABLE = "recommendation_verdicts"
HISTORY_TABLE = "recommendation_metrics"


class PublishError(ExplainedError):
    """Publishing was refused or failed, and what people read is as it was."""


class PublishDoubtError(ExplainedError):
    """What people read is whole, but it may be, or become again, the last publication."""


@dataclass(frozen=True)
class Build:
    """What the build log says of what may be published."""

    build_number: int
    """The latest dbt command that any of the tables or their tests stems from, and its run id."""
    run_id: str
    log_schema: str
    relations: tuple[tuple[str, str, bool, str, str], ...]
    """Schema and name of each published table, whether it may be empty, and its columns of the
    primary key and of look-ups, as JSON."""
    remarks: tuple[str, ...]
    """What does not stop the publish and should be known, a sentence each."""


@dataclass(frozen=True)
class Column:
    """A column of a published table, with what the warehouse knows about it."""

    name: str
    data_type: str
    is_nullable: bool
    comment: str | None


@dataclass(frozen=True)
class SourceTable:
    """A table of the published set, as the build has it or as it is published.

    `primary_key` and `looked_up_by` are names of columns: what a row is known by, and what else it
    is found by, a column an index.
    """

    schema: str
    name: str
    comment: str | None
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    looked_up_by: tuple[str, ...] = ()


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
    """One publish: which build went where, and what is in it."""

    publication_number: int
    run_id: str
    build_number: int
    published_at: datetime
    published_to: str
    tables: tuple[PublishedTable, ...]
    equals_previous: bool
    remarks: tuple[str, ...]

    def rows(self) -> list[tuple]:
        """Return the rows of the table `publication`."""
        return [
            (
                self.publication_number,
                self.run_id,
                self.build_number,
                self.published_at,
                table.name,
                table.row_count,
                table.content_hash,
            )
            for table in self.tables
        ]


class BuildDatabase(Protocol):
    """The database that dbt builds in, as the checks see it."""

    name: str
    """Where it is, for messages."""

    def query(self, statement: str) -> list[tuple]:
        """Return the rows of a query."""

    def relation(self, schema: str, name: str) -> str:
        """Return how a query names a table."""

    def schemas_with(self, table_name: str) -> list[str]:
        """Return the schemas that have a table of the name, in order."""

    def describe(self, schema: str, name: str) -> SourceTable | None:
        """Return the table as the catalog describes it, or None when there is no such table."""


def published_set(database: BuildDatabase, build: Build) -> list[SourceTable]:
    """Return the tables to publish, by name, or refuse when one is missing or wrongly empty."""
    tables = []
    taken_names = {PUBLICATION_TABLE, OVERLAP_TABLE}
    for schema, name, may_be_empty, primary_key, looked_up_by in build.relations:
        where = f"{schema}.{name} in {database.name}"
        if name.lower() in taken_names:
            raise PublishError(
                f"The name {name} is taken: published tables share one schema.",
                where,
                "give the model an alias of its own, or remove its tag `published`.",
            )
        taken_names.add(name.lower())
        table = database.describe(schema, name)
        if table is None:
            # A view would not do: it can change, or end, without any build being recorded.
            raise PublishError(
                f"The published table {name} is missing, or is a view.",
                where,
                "materialise it as a table, build and publish again.",
            )
        if RUN_ID_COLUMN in {column.name.lower() for column in table.columns}:
            raise PublishError(
                f"The published table {name} has a column {RUN_ID_COLUMN}, which publishing adds.",
                where,
                "rename the column, then build and publish again.",
            )
        relation = database.relation(table.schema, table.name)
        if not may_be_empty and not database.query(f"select 1 from {relation} limit 1"):
            raise PublishError(
                f"The published table {name} has no rows.",
                where,
                "see in rejected_order_lines why no order was usable;"
                " if no rows are right, set `meta: {may_be_empty: true}`.",
            )
        table = replace(
            table,
            primary_key=tuple(json.loads(primary_key)),
            looked_up_by=tuple(json.loads(looked_up_by)),
        )
        _refuse_unknown_keys(table, where)
        tables.append(table)
    return tables


def _refuse_unknown_keys(table: SourceTable, where: str) -> None:
    names = {column.name for column in table.columns}
    for column in (*table.primary_key, *table.looked_up_by):
        if column not in names:
            raise PublishError(
                f"A key of {table.name} names the column {column}, which is not there.",
                where,
                "correct `primary_key` or `looked_up_by` in the model's meta, then build again.",
            )


def refuse_suspects(database: BuildDatabase, tables: list[SourceTable]) -> None:
    """Refuse when a leak check raised an alarm: a figure too good to be true is not published."""
    for table in tables:
        if table.name.lower() != VERDICTS_TABLE:
            continue
        suspects = database.query(
            f"select list, sentence from {database.relation(table.schema, table.name)}"
            " where verdict like 'suspect%' order by list, sentence limit 1"
        )
        for suspect_list, sentence in suspects:
            raise PublishError(
                f"The list {suspect_list} is suspect. {sentence}",
                f"{table.schema}.{table.name}; leak_checks has every alarm",
                "find the cause with docs/evaluation.md, build and publish again; honest figures"
                " above the limit are a matter for the rule is_too_good.",
            )


def refuse_rewritten_history(lost: int, where: object, to_begin_anew: str) -> None:
    """Refuse when entries of the metrics' history that were published are gone or changed."""
    if lost:
        raise PublishError(
            f"{lost} published entries of {HISTORY_TABLE} are gone or changed in this build.",
            where,
            "build in the database that has the history, or in a new one that takes it over"
            f" (docs/publishing.md); to begin a new history, {to_begin_anew}.",
        )


def as_published(table: SourceTable, schema: str, text_type: str) -> SourceTable:
    """Return a table as it is published: with the run id, and a key that is never null."""
    columns = (
        replace(column, is_nullable=column.is_nullable and column.name not in table.primary_key)
        for column in table.columns
    )
    run_id = Column(RUN_ID_COLUMN, text_type, False, RUN_ID_COMMENT)
    return replace(table, schema=schema, columns=(*columns, run_id))


def column_definitions(columns: tuple[Column, ...]) -> str:
    """Return the columns as `create table` takes them."""
    return ", ".join(
        f"{quoted(column.name)} {column.data_type}{'' if column.is_nullable else ' not null'}"
        for column in columns
    )


def content_columns(table: SourceTable) -> list[Column]:
    """Return the columns that the content hash is of."""
    return [column for column in table.columns if column.name != RUN_ID_COLUMN]


def measured(table: SourceTable, row_count: int, digest_sums: list[int]) -> PublishedTable:
    """Return a table as published, from its rows as each database counts and hashes them.

    Parameters
    ----------
    table : SourceTable
        The table, with the run id or without it.
    row_count : int
        Its number of rows.
    digest_sums : list of int
        Of each row the text that can be read in one way only (every value after its length, no
        length for NULL), hashed with MD5: the sums of the upper and of the lower halves. A sum
        does not depend on the order of the rows and, unlike XOR, counts a row that is there twice.
    """
    signature = [(column.name, column.data_type) for column in content_columns(table)]
    content = json.dumps([signature, [str(digest_sum) for digest_sum in digest_sums]])
    return PublishedTable(table.name, row_count, hashlib.sha256(content.encode()).hexdigest())


def _required(name: str, data_type: str, comment: str) -> Column:
    return Column(name, data_type, False, comment)


def publication_table(schema: str) -> SourceTable:
    """Return the table `publication`, with types as both databases read them."""
    return SourceTable(
        schema,
        PUBLICATION_TABLE,
        "One row per published table: when, and from which build.",
        (
            _required("publication_number", "bigint", "1 for the first publication to this place."),
            _required(RUN_ID_COLUMN, "character varying", "The dbt run that built the tables."),
            _required("build_number", "bigint", "Number of that build in the build log."),
            _required("published_at", "timestamp without time zone", "Time of publishing, in UTC."),
            _required("table_name", "character varying", "The published table."),
            _required("row_count", "bigint", "Its rows."),
            _required(
                "content_hash",
                "character varying",
                "Hash of its columns and rows, the same whatever their order and the run.",
            ),
        ),
        primary_key=("table_name",),
    )


def overlap_table(schema: str) -> SourceTable:
    """Return the table `list_overlap`, with types as both databases read them."""
    return SourceTable(
        schema,
        OVERLAP_TABLE,
        "One row per list: how much of it stood in the previous publication too, for users who"
        " have the list in both. Ranks are not compared.",
        (
            _required("list", "character varying", "The list, as in user_recommendations."),
            _required("user_count", "bigint", "Users who have the list in both publications."),
            _required("row_count", "bigint", "Rows of their lists in this publication."),
            _required("previous_row_count", "bigint", "Rows of their lists in the previous one."),
            _required("shared_row_count", "bigint", "Items that a user's list has in both."),
            _required(
                "overlap",
                "double precision",
                "Shared rows over those of the longer of each user's two lists; 1 where all are.",
            ),
        ),
        primary_key=("list",),
    )


def has_lists(table: SourceTable) -> bool:
    """Return whether a table has what `overlap_query` reads."""
    return {"user_id", "list", "item_id"} <= {column.name for column in table.columns}


def overlap_query(ours: str, theirs: str) -> str:
    """Return the query of the rows of `list_overlap`, from the new lists and the previous."""
    rows = (
        "select distinct user_id::varchar as user_id, list::varchar as list,"
        " item_id::varchar as item_id, item_id::varchar as item from"
    )
    return f"""
        with lists as (
            select
                list,
                count(ours.item_id) as row_count,
                count(theirs.item_id) as previous_row_count,
                count(case when ours.item_id = theirs.item_id then 1 end) as shared_row_count
            from ({rows} {ours}) as ours
            full join ({rows} {theirs}) as theirs using (user_id, list, item)
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
