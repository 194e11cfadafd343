"""What is published of a build, and how it is known. Asks no database."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from also_bought.errors import ExplainedError
from also_bought.sql import quoted, relation

# Of the build log, which the hooks of dbt write.
RESULTS_TABLE = "also_bought_results"
CODE_TABLE = "also_bought_code"
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
    person_keys: tuple[str, ...] | None
    """The columns that tell customers and orders; None where its model does not say."""


@dataclass(frozen=True)
class AttributePermission:
    """A restricted attribute of people that may reach a score, and who answers for it."""

    attribute: str
    way: str
    owner: str
    reason: str

    @property
    def sentence(self) -> str:
        """Return it in words."""
        answer = f"{self.owner} answers for it. {self.reason}"
        return f"{self.attribute} may count ({self.way}): {answer}"


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
    permissions: tuple[AttributePermission, ...] = ()
    """The restricted attributes that may reach a score."""


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
    is found by, a column an index. `person_keys` are those that tell customers and orders.
    """

    schema: Schema
    name: str
    comment: str | None
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    looked_up_by: tuple[str, ...] = ()
    group: PublishedGroup = PublishedGroup.APP
    person_keys: tuple[str, ...] | None = ()

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
        """The columns that the content hash is of, in one order wherever the table lies."""
        columns = (column for column in self.columns if column.name != RUN_ID_COLUMN)
        return sorted(columns, key=lambda column: column.name)


@dataclass(frozen=True)
class PublishedTable:
    """What was written of one table.

    The content hash covers column names, types and the multiset of rows; it depends neither on
    the order of the columns or rows nor on the run id.
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

    @property
    def figures(self) -> tuple[PublishedTable, ...]:
        """The tables in which no person is named."""
        return tuple(table for table in self.tables if table.group is PublishedGroup.BI)

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


def seal(rows: Sequence[tuple[object, ...]], others: Sequence[PublishedTable]) -> str:
    """Return the hash of what no content hash covers: publishing's own tables.

    Parameters
    ----------
    rows : sequence of tuple
        The rows of the table `publication` without its seal, in any order.
    others : sequence of PublishedTable
        The other tables of publishing's own, measured, in the order of their names.
    """
    measures = [(table.name, table.row_count, table.content_hash) for table in others]
    content = json.dumps([sorted(rows, key=repr), measures], default=str)
    return hashlib.sha256(content.encode()).hexdigest()


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
        Of each row the text that can be read in one way only, hashed to 128 bits: the sums of the
        upper and of the lower halves. A sum does not depend on the order of the rows and, unlike
        XOR, counts a row that is there twice.
    """
    signature = [(column.name, column.data_type) for column in table.content]
    content = json.dumps([signature, [str(digest_sum) for digest_sum in digest_sums]])
    content_hash = hashlib.sha256(content.encode()).hexdigest()
    return PublishedTable(table.name, row_count, content_hash, table.primary_key, table.group)
