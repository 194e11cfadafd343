"""All that is held about a customer, and why, as one file to hand over."""

import re
from pathlib import Path

import duckdb

from also_bought.errors import ExplainedError
from also_bought.publishing.swapping import private_file
from also_bought.publishing.traces import People, names_people, tables_with
from also_bought.sql import literal, relation

DATABASE = "build"
# Rows that are known by a number that stands for the customer.
KEY_TABLE, KEY_COLUMN, NEIGHBOUR_COLUMN = "users", "user_key", "neighbour_key"
# Whom a row is about beside the customer is not told.
OF_PERSONS = re.compile("(user|neighbour)_(id|key)")
OTHER_PERSON = "(another customer)"


def write_about(customer: str, database: Path, file: Path) -> int:
    """Write what a build database holds about a customer.

    Parameters
    ----------
    customer : str
        The id of the customer, as any table has it.
    database : pathlib.Path
        The DuckDB file that dbt builds in; it is opened read-only.
    file : pathlib.Path
        The Markdown file to write.

    Returns
    -------
    int
        The number of rows that are told.

    Raises
    ------
    ExplainedError
        When the database cannot be read, the file not be written, or nothing is held.
    """
    try:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach {literal(database)} as {DATABASE} (read_only)")
            sections = _sections(connection, customer)
    except duckdb.Error as error:
        raise ExplainedError(
            f"The build database cannot be read: {str(error).splitlines()[0]}",
            database,
            "name the file with --database, or wait until `dbt build` has ended.",
        ) from error
    if not sections:
        raise ExplainedError(
            "No table names this customer.", database, "look how the id is written, then try again."
        )
    row_count = sum(count for _, count in sections)
    head = [
        "# What is held about you",
        f"Every row that names the customer {customer}: {row_count} in {len(sections)} tables."
        " Before the rows stands what the table is for.",
    ]
    text = "\n\n".join([*head, *(section for section, _ in sections)]) + "\n"
    try:
        with private_file(file, "w") as written:
            written.write(text)
    except OSError as error:
        raise ExplainedError(
            f"The file cannot be written: {error.strerror}.", file, "name another with --to."
        ) from error
    return row_count


def _sections(connection: duckdb.DuckDBPyConnection, customer: str) -> list[tuple[str, int]]:
    people = People(frozenset({customer}))
    conditions: dict[tuple[str, str], list[str]] = {}
    for schema, table, column, _ in tables_with(connection, DATABASE, people):
        conditions.setdefault((schema, table), []).append(names_people(column, people))
    keys = _keys(connection, customer)
    for schema, table, condition in _known_by(connection, keys):
        conditions.setdefault((schema, table), []).append(condition)
    return [
        _section(connection, schema, table, " or ".join(found), {customer.lower(), *keys})
        for (schema, table), found in sorted(conditions.items())
    ]


def _keys(connection: duckdb.DuckDBPyConnection, customer: str) -> list[str]:
    """Return the numbers that stand for the customer in the tables of a build."""
    schemas = connection.execute(
        f"select schema_name from duckdb_tables() where database_name = '{DATABASE}'"
        f" and table_name = '{KEY_TABLE}' order by all"
    ).fetchall()
    return [
        str(key)
        for (schema,) in schemas
        for (key,) in connection.execute(
            f"select {KEY_COLUMN} from {relation(DATABASE, schema, KEY_TABLE)} where user_id = ?",
            [customer],
        ).fetchall()
    ]


def _known_by(connection: duckdb.DuckDBPyConnection, keys: list[str]) -> list[tuple[str, str, str]]:
    """Return schema, table and condition of the rows of the customer, or of whose neighbour it is.

    A table without users names items by `neighbour_key`.
    """
    if not keys:
        return []
    tables = connection.execute(
        "select schema_name, table_name, list(column_name) from duckdb_columns()"
        " inner join duckdb_tables() using (database_name, schema_name, table_name)"
        f" where database_name = '{DATABASE}'"
        f" and column_name in ('{KEY_COLUMN}', '{NEIGHBOUR_COLUMN}')"
        f" group by all having list_contains(list(column_name), '{KEY_COLUMN}') order by all"
    ).fetchall()
    found = [
        (schema, table, " or ".join(f"{column} in ({', '.join(keys)})" for column in columns))
        for schema, table, columns in tables
    ]
    return [
        (schema, table, condition)
        for schema, table, condition in found
        if connection.execute(
            f"select 1 from {relation(DATABASE, schema, table)} where {condition} limit 1"
        ).fetchall()
    ]


def _section(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    condition: str,
    own: set[str],
) -> tuple[str, int]:
    [(comment,)] = connection.execute(
        f"select comment from duckdb_tables() where database_name = '{DATABASE}'"
        f" and schema_name = {literal(schema)} and table_name = {literal(table)}"
    ).fetchall()
    found = connection.execute(
        f"select * from {relation(DATABASE, schema, table)} where {condition} order by all"
    )
    names = [column[0] for column in found.description]
    rows = found.fetchall()
    lines = [f"## {schema}.{table}", comment or "Received from the shop, as it came."]
    lines += [
        "- "
        + "; ".join(
            f"{name}: {_told(name, value, own)}"
            for name, value in zip(names, row, strict=True)
            if value is not None
        )
        for row in rows
    ]
    return "\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:]), len(rows)


def _told(name: str, value: object, own: set[str]) -> object:
    """Return a value, or that it names somebody else."""
    is_of_another = OF_PERSONS.fullmatch(name) and str(value).lower() not in own
    return OTHER_PERSON if is_of_another else value
