"""What is published in Postgres, as a serving file: in one snapshot, a table at a time."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import psycopg2

from also_bought.publishing.duckdb_file import STAGED, STORAGE_VERSION, DuckDBFile
from also_bought.publishing.own_tables import OWN_TABLES, PUBLICATION_TABLE
from also_bought.publishing.postgres import Postgres
from also_bought.publishing.publication import (
    SourceTable,
)
from also_bought.publishing.serving_file import ServingFileError
from also_bought.sql import literal, quoted, relation


@dataclass(frozen=True)
class PublishedSchema:
    """A schema that `also-bought publish` wrote.

    `url` is the address of the database as libpq takes it.
    """

    url: str
    schema: str

    def __str__(self) -> str:
        """Return where it is, without the password that an address may hold."""
        return f"the schema {self.schema} in Postgres"

    @contextmanager
    def opened(self) -> Iterator[Postgres]:
        """Open the database in one snapshot, read-only.

        Raises
        ------
        ServingFileError
            When Postgres cannot be reached or stops reading.
        """
        where = "the database of --from"
        try:
            with closing(psycopg2.connect(self.url, connect_timeout=10)) as connection:
                connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
                info = connection.info
                where = f"schema {self.schema} in {info.dbname} at {info.host}:{info.port}"
                database = Postgres(connection, where, self.schema)
                # Times and numbers are written as text.
                for setting in (
                    "timezone to 'UTC'",
                    "datestyle to 'ISO'",
                    "extra_float_digits to 1",
                ):
                    database.execute(f"set {setting}")
                yield database
        except psycopg2.Error as error:
            raise ServingFileError(
                f"Postgres cannot be read: {(str(error) or 'connection lost').splitlines()[0]}",
                where,
                "mend the cause and try again; nothing has changed.",
            ) from error

    def copy_to(self, serving_file: Path) -> None:
        """Write what is published to a new DuckDB file, with its types and comments.

        Raises
        ------
        ServingFileError
            When Postgres cannot be reached, or the schema has no publication.
        """
        with self.opened() as database, duckdb.connect() as target:
            target.execute("set TimeZone = 'UTC'")
            target.execute(
                f"attach {literal(serving_file)} as staged"
                f" (storage_version {literal(STORAGE_VERSION)})"
            )
            copy = DuckDBFile(target, str(serving_file))
            for name in self._table_names(database):
                if table := database.last_published(name):
                    # A role that may not see the schema of the figures has views of them.
                    shown = replace(table, schema=(self.schema,))
                    _copy_table(database, copy, shown, serving_file.with_suffix(".csv"))

    def _table_names(self, database: Postgres) -> list[str]:
        if database.last_published(PUBLICATION_TABLE) is None:
            raise ServingFileError(
                "Nothing is published there.",
                database.name,
                "run `also-bought publish` with this database, or name its schema with --schema.",
            )
        names = database.query(f"select table_name from {relation(self.schema, PUBLICATION_TABLE)}")
        return [*OWN_TABLES, *(name for (name,) in names)]


def _copy_table(database: Postgres, copy: DuckDBFile, table: SourceTable, rows: Path) -> None:
    """Copy a table by way of a CSV file, in which only null is without quotes."""
    staged = replace(table, schema=STAGED)
    copy.make_empty(staged)
    written, read, types = [], [], []
    for column in table.columns:
        name = quoted(column.name)
        is_list = column.data_type.endswith("[]")
        written.append(f"array_to_json({name})" if is_list else name)
        read.append(f"{name}::json::{column.data_type}" if is_list else name)
        types.append(f"{literal(column.name)}: {literal('text' if is_list else column.data_type)}")
    with rows.open("wb") as file, database.connection.cursor() as cursor:
        cursor.copy_expert(
            f"copy (select {', '.join(written)} from {table.relation})"
            " to stdout (format csv, force_quote *)",
            file,
        )
    copy.execute(
        f"insert into {staged.relation} select {', '.join(read)} from read_csv({literal(rows)},"
        f" columns = {{{', '.join(types)}}}, header = false, auto_detect = false, delim = ',',"
        " quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, parallel = false)"
    )
    rows.unlink()
    copy.finish(staged)
