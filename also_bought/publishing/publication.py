"""What is published: a build's tables, and two of publishing's own. Asks no database."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from also_bought.errors import ExplainedError
from also_bought.sql import quoted, relation

PUBLICATION_TABLE = "publication"
OVERLAP_TABLE = "list_overlap"
# Of the build log, which the hooks of dbt write.
RESULTS_TABLE = "also_bought_results"
LISTS_TABLE = "user_recommendations"
RUN_ID_COLUMN = "run_id"
RUN_ID_COMMENT = "The dbt run that built this row."

# How a query names a schema, part by part: in DuckDB with the database before it.
Schema = tuple[str, ...]


class PublishError(ExplainedError):
    """Publishing was refused or failed, and what people read is as it was."""


class PublishDoubtError(ExplainedError):
    """What people read is whole, but it may be, or become again, the last publication."""


class ExportError(ExplainedError):
    """Exporting was refused or failed, and what the application reads is as it was."""


class ExportDoubtError(ExplainedError):
    """The new export is current, but what follows the rename failed."""


class PublishedGroup(StrEnum):
    """Whom a published table is for."""

    APP = "app"
    """The application, and whoever may see persons: rows of customers and order lines."""
    BI = "bi"
    """Everybody with a question: figures and definitions, in which no person is named."""


@dataclass(frozen=True)
class BuiltTable:
    """A table to publish, as the build log names it."""

    schema: str
    name: str
    group: PublishedGroup
    may_be_empty: bool
    primary_key: tuple[str, ...]
    looked_up_by: tuple[str, ...]


@dataclass(frozen=True)
class Build:
    """What the build log says of what may be published."""

    build_number: int
    """The latest dbt command that any of the tables or their tests stems from, and its run id."""
    run_id: str
    log_schema: str
    tables: tuple[BuiltTable, ...]
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

    schema: Schema
    name: str
    comment: str | None
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    looked_up_by: tuple[str, ...] = ()
    group: PublishedGroup = PublishedGroup.APP

    @property
    def relation(self) -> str:
        """How a query names it."""
        return relation(*self.schema, self.name)

    @property
    def names(self) -> str:
        """The names of its columns, as a query lists them."""
        return ", ".join(quoted(column.name) for column in self.columns)

    @property
    def content(self) -> list[Column]:
        """The columns that the content hash is of."""
        return [column for column in self.columns if column.name != RUN_ID_COLUMN]


@dataclass(frozen=True)
class PublishedTable:
    """What was written of one table.

    The content hash covers column names, types and the multiset of rows; it depends neither on
    the order of the rows nor on the run id.
    """

    name: str
    row_count: int
    content_hash: str
    primary_key: tuple[str, ...] = field(default=(), compare=False)
    group: PublishedGroup = field(default=PublishedGroup.APP, compare=False)


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

    def rows(self) -> list[tuple[object, ...]]:
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
                json.dumps(table.primary_key),
                table.group,
            )
            for table in self.tables
        ]


def as_published(table: SourceTable, schema: Schema, text_type: str) -> SourceTable:
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
    signature = [(column.name, column.data_type) for column in table.content]
    content = json.dumps([signature, [str(digest_sum) for digest_sum in digest_sums]])
    content_hash = hashlib.sha256(content.encode()).hexdigest()
    return PublishedTable(table.name, row_count, content_hash, table.primary_key, table.group)


def required_column(name: str, data_type: str, comment: str) -> Column:
    """Return a column of a table of publishing's own."""
    return Column(name, data_type, False, comment)


def publication_table(schema: Schema) -> SourceTable:
    """Return the table `publication`, with types as both databases read them."""
    return SourceTable(
        schema,
        PUBLICATION_TABLE,
        "One row per published table: when, and from which build.",
        (
            required_column(
                "publication_number", "bigint", "1 for the first publication to this place."
            ),
            required_column(
                RUN_ID_COLUMN, "character varying", "The dbt run that built the tables."
            ),
            required_column("build_number", "bigint", "Number of that build in the build log."),
            required_column(
                "published_at", "timestamp without time zone", "Time of publishing, in UTC."
            ),
            required_column("table_name", "character varying", "The published table."),
            required_column("row_count", "bigint", "Its rows."),
            required_column(
                "content_hash",
                "character varying",
                "Hash of its columns and rows, the same whatever their order and the run.",
            ),
            required_column(
                "primary_key",
                "character varying",
                "The columns that a row is known by, as a JSON list; an empty list where none are.",
            ),
            required_column(
                "published_group",
                "character varying",
                "app: its rows are about persons; bi: figures and definitions, without persons.",
            ),
        ),
        primary_key=("table_name",),
        group=PublishedGroup.BI,
    )


def overlap_table(schema: Schema) -> SourceTable:
    """Return the table `list_overlap`, with types as both databases read them."""
    return SourceTable(
        schema,
        OVERLAP_TABLE,
        "One row per list: how much of it stood in the previous publication too, for users who"
        " have the list in both. Ranks are not compared.",
        (
            required_column("list", "character varying", "The list, as in user_recommendations."),
            required_column(
                "user_count", "bigint", "Users who have the list in both publications."
            ),
            required_column("row_count", "bigint", "Rows of their lists in this publication."),
            required_column(
                "previous_row_count", "bigint", "Rows of their lists in the previous one."
            ),
            required_column("shared_row_count", "bigint", "Items that a user's list has in both."),
            required_column(
                "overlap",
                "double precision",
                "Shared rows over those of the longer of each user's two lists; 1 where all are.",
            ),
        ),
        primary_key=("list",),
        group=PublishedGroup.BI,
    )
