"""Where a person is still found: in cells of tables, and in bytes of files."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from also_bought.publishing.pseudonyms import Pseudonyms
from also_bought.sql import literal, quoted, relation

# A shorter word may stand by chance in the bytes of a compressed file, whose cells are read, too.
SHORTEST_WORD_IN_BYTES = 8
COMPRESSED = {".duckdb", ".parquet"}
HASHES = (hashlib.md5, hashlib.sha1, hashlib.sha256)
# Other columns hold measures, in which a number that is somebody's id stands by chance.
NAMES_OF_ID_COLUMNS = "customer|user|account|client|buyer"


@dataclass(frozen=True)
class People:
    """The ids by which a person, or several, are known."""

    ids: frozenset[str]
    pseudonyms: Pseudonyms | None = None
    """What publishing makes of the ids, where it has a secret."""

    @property
    def words(self) -> list[str]:
        """The ids, their pseudonyms, and their hashes without a key, which anybody can compute."""
        hashes = (hash_(id_.encode()).hexdigest() for id_ in self.ids for hash_ in HASHES)
        pseudonyms = map(self.pseudonyms.of, self.ids) if self.pseudonyms else ()
        return [*sorted(self.ids), *pseudonyms, *hashes]

    @property
    def pattern(self) -> str:
        """A regular expression of the ids as words."""
        words = "|".join(re.escape(word) for word in self.words)
        return f"(?i)(^|[^0-9a-z_-])({words})($|[^0-9a-z_-])"

    @property
    def cell(self) -> str:
        """A regular expression of a cell that holds an id and nothing else but dirt around it."""
        ids = "|".join(map(re.escape, sorted(self.ids)))
        return rf"(?i)^[^0-9a-z_-]*({ids})(\.0+)?[^0-9a-z_-]*$"


def tables_with(
    connection: duckdb.DuckDBPyConnection, database: str, people: People
) -> Iterator[tuple[str, str, str, int]]:
    """Yield schema, table, column and number of rows where a cell names one of the people."""
    for schema, table, column in _columns(connection, database):
        [(count,)] = connection.execute(
            f"select count(*) from {relation(database, schema, table)}"
            f" where {names_people(column, people)}"
        ).fetchall()
        if count:
            yield schema, table, column, count


def longer_words(
    connection: duckdb.DuckDBPyConnection, database: str, people: People
) -> frozenset[str]:
    """Return the words of cells in which an id stands as a part: they are about somebody else."""
    ids = "|".join(map(re.escape, sorted(people.ids)))
    pattern = literal(f"(?i)[0-9a-z_-]*({ids})[0-9a-z_-]*")
    found: set[str] = set()
    for schema, table, column in _columns(connection, database):
        found.update(
            word
            for (word,) in connection.execute(
                "select distinct unnest("
                f"regexp_extract_all({quoted(column)}::varchar, {pattern}))"
                f" from {relation(database, schema, table)}"
            ).fetchall()
        )
    whole = {id_.lower() for id_ in people.ids}
    return frozenset(word for word in found if word.lower() not in whole)


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str, str]]:
    return connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " inner join duckdb_tables() using (database_name, schema_name, table_name)"
        f" where database_name = {literal(database)} and (data_type like '%VARCHAR%'"
        f" or regexp_matches(column_name, '{NAMES_OF_ID_COLUMNS}', 'i'))"
        " order by all"
    ).fetchall()


def names_people(column: str, people: People) -> str:
    """Return the condition that a column names one of the people."""
    return f"regexp_matches({quoted(column)}::varchar, {literal(people.pattern)})"


def files_with(
    places: list[Path], people: People, longer: frozenset[str] = frozenset()
) -> Iterator[Path]:
    """Yield the files at or below some places whose bytes or cells name one of the people.

    `longer` are words that hold an id as a part and are about somebody else.
    """
    others = re.compile("|".join(["(?!)", *map(re.escape, longer)]).encode(), re.IGNORECASE)
    pattern = re.compile(people.pattern.encode())
    long_words = [
        word.lower().encode() for word in people.words if len(word) >= SHORTEST_WORD_IN_BYTES
    ]
    for file in files_below(places):
        content = file.read_bytes()
        if file.suffix not in COMPRESSED:
            if pattern.search(content):
                yield file
            continue
        content = others.sub(b"", content).lower()
        if any(word in content for word in long_words) or _has_cells(file, people):
            yield file


def files_below(places: list[Path]) -> list[Path]:
    """Return each file at or below some places, each once."""
    found = {
        file.resolve()
        for place in places
        for file in ([place] if place.is_file() else place.rglob("*"))
        if file.is_file()
    }
    return sorted(found)


def _has_cells(file: Path, people: People) -> bool:
    with duckdb.connect() as connection:
        if file.suffix == ".parquet":
            rows = connection.execute(
                f"select 1 from read_parquet({literal(file)}) as row"
                f" where regexp_matches(row::varchar, {literal(people.pattern)}) limit 1"
            )
            return bool(rows.fetchall())
        connection.execute(f"attach {literal(file)} as searched (read_only)")
        return any(True for _ in tables_with(connection, "searched", people))
