"""The published set as files for an application: Parquet and JSON lines, swapped by a pointer.

A reader opens `current.json`, which names a folder, and reads nothing outside it. The pointer is
replaced by one rename when the folder is whole, and the folder before stays: who has begun to read
it ends well.
"""

import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from also_bought.publishing.duckdb_file import DuckDBFile
from also_bought.publishing.exported_schema import (
    CHANGES_IN_A_MESSAGE,
    Schemas,
    breaking_changes,
    json_type,
    table_schema,
    without_words,
)
from also_bought.publishing.own_tables import OWN_TABLES, PUBLICATION_TABLE
from also_bought.publishing.publication import (
    ExportDoubtError,
    ExportError,
    Schema,
    SourceTable,
)
from also_bought.publishing.serving_file import Published
from also_bought.publishing.swapping import (
    FILE_MODE,
    FOLDER_MODE,
    flush_to_disk,
    make_folder,
    only_writer,
    staging_folder,
)
from also_bought.sql import literal, quoted

PUBLISHED: Schema = ("published", "main")
POINTER = "current.json"
MANIFEST = "manifest.json"
SCHEMA = "schema.json"
# A look-up reads one file: benchmarks/serving has what other sizes take.
ROWS_PER_FILE = 10_000
ROWS_PER_GROUP = 100_000
PARTITION_RULE = (
    "A row lies in the file that is named after the first hex_digits digits of the SHA-256 of its"
    " column's text in UTF-8, in small letters; in 'all' where hex_digits is 0. Where there is no"
    " such file, there is no such row."
)


@dataclass(frozen=True)
class Export:
    """One export: which publication lies where."""

    folder: Path
    publication_number: int
    schema_version: str
    row_counts: dict[str, int]
    is_new: bool
    """False where the publication had been exported before."""


@dataclass(frozen=True)
class _Published:
    """A publication, as it describes itself."""

    number: int
    run_id: str
    published_at: datetime
    tables: tuple[SourceTable, ...]
    row_counts: dict[str, int]

    def about(self, schema_version: str) -> dict[str, Any]:
        """Return what a reader is told of it."""
        return {
            "schema_version": schema_version,
            "publication": self.number,
            "run_id": self.run_id,
            "published_at": f"{self.published_at.isoformat()}Z",
        }

    def is_that_of(self, last: dict[str, Any]) -> bool:
        """Return whether an export holds it."""
        return self.about(last["schema_version"]).items() <= last.items()


def export(
    published: Published,
    directory: Path,
    major: int | None = None,
    rows_per_file: int = ROWS_PER_FILE,
) -> Export:
    """Export what is published to a folder of `directory`, and make it current.

    Parameters
    ----------
    published : pathlib.Path or PublishedElsewhere
        The DuckDB file that `also-bought publish` wrote, which is opened read-only, or another
        place to copy from.
    directory : pathlib.Path
        Where applications read. It is made when absent.
    major : int, optional
        The major version of the schema. A new one is needed where a change breaks readers.
    rows_per_file : int
        About how many rows of a large table lie in one file.

    Returns
    -------
    Export
        What was exported, or had been.

    Raises
    ------
    ExportError
        When there is no serving file, a change breaks readers and no new major version is declared,
        another export is running, or a file cannot be read or written. What was current still is.
    ExportDoubtError
        When the new export is current, but what follows the rename fails.
    """
    is_swapped = False
    directory = Path(os.path.realpath(directory))
    pointer = directory / POINTER
    try:
        if isinstance(published, Path):
            _refuse_missing(published)
        make_folder(directory)
        is_busy = ExportError(
            "Another export to this folder is running.", directory, "wait until it has ended."
        )
        with only_writer(pointer, is_busy), staging_folder(pointer) as staging:
            if isinstance(published, Path):
                serving_file = published
            else:
                serving_file = staging / "published.duckdb"
                published.copy_to(serving_file)
            last = _last_export(pointer)
            # What a killed export left, also where nothing is new since.
            _remove_others(directory, last["kept"] if last else set())
            with duckdb.connect() as connection:
                connection.execute(f"set temp_directory = {literal(staging / 'spill')}")
                publication = _open(connection, serving_file)
                if last and publication.is_that_of(last):
                    flush_to_disk(directory)
                    return Export(
                        directory / last["folder"],
                        publication.number,
                        last["schema_version"],
                        publication.row_counts,
                        is_new=False,
                    )
                schemas = {table.name: table_schema(table) for table in publication.tables}
                version = _schema_version(last, schemas, major, directory)
                previous = last["folder"] if last else None
                folder = _stage(connection, publication, version, staging, rows_per_file)
            current = {"folder": folder.name, "previous": previous}
            _write_json(staging / POINTER, current | publication.about(version))
            _flush_all(staging)
            folder.rename(directory / folder.name)
            flush_to_disk(directory)
            (staging / POINTER).replace(pointer)
            is_swapped = True
            flush_to_disk(directory)
            _remove_others(directory, {folder.name, previous})
        return Export(
            directory / folder.name,
            publication.number,
            version,
            publication.row_counts,
            is_new=True,
        )
    except duckdb.Error as error:
        raise ExportError(
            f"DuckDB stopped the export: {str(error).splitlines()[0]}",
            directory,
            "mend the cause and export again; what is current still is.",
        ) from error
    except OSError as error:
        if is_swapped:
            raise ExportDoubtError(
                f"Exported, but what follows the rename fails: {error.strerror or error}",
                error.filename or directory,
                "check the disk and export again; until then a power cut may bring the last export"
                " back.",
            ) from error
        raise ExportError(
            f"A file could not be read or written: {error.strerror or error}",
            error.filename or directory,
            "check the folder, its permissions and the free space, then export again.",
        ) from error


def remove_earlier_exports(directory: Path) -> None:
    """Remove what was exported before that which is current."""
    directory = Path(os.path.realpath(directory))
    pointer = directory / POINTER
    is_busy = ExportError(
        "Another export to this folder is running.", directory, "wait until it has ended."
    )
    with only_writer(pointer, is_busy):
        _remove_others(directory, {json.loads(pointer.read_text(encoding="utf-8"))["folder"]})


def _refuse_missing(serving_file: Path) -> None:
    if not serving_file.is_file():
        raise ExportError(
            "There is no published file.",
            serving_file.absolute(),
            "run `dbt build`, then `also-bought publish`, or name a file with --from.",
        )


def _open(connection: duckdb.DuckDBPyConnection, serving_file: Path) -> _Published:
    """Attach a serving file as `published`, and read what it says of itself."""
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach {literal(serving_file)} as published (read_only)")
    database = DuckDBFile(connection, str(serving_file))
    publication = database.describe(PUBLISHED, PUBLICATION_TABLE)
    if publication is None or "primary_key" not in {c.name for c in publication.columns}:
        raise ExportError(
            "This is no serving file, or one of a version before exports.",
            serving_file.absolute(),
            "run `also-bought publish`, then export the serving file that it names.",
        )
    rows = database.query(
        "select publication_number, run_id, published_at, table_name, row_count, primary_key"
        f" from {publication.relation} order by table_name"
    )
    keys = {name: tuple(json.loads(key)) for *_, name, _, key in rows}
    row_counts = {name: row_count for *_, name, row_count, _ in rows}
    for make in OWN_TABLES.values():
        own = make(PUBLISHED)
        # A serving file of an earlier version has no history.
        if database.describe(PUBLISHED, own.name):
            keys[own.name] = own.primary_key
            [(row_counts[own.name],)] = database.query(f"select count(*) from {own.relation}")
    found = {name: database.describe(PUBLISHED, name) for name in sorted(keys)}
    number, run_id, published_at = rows[0][:3]
    tables = tuple(
        SourceTable(PUBLISHED, table.name, table.comment, table.columns, keys[name])
        for name, table in found.items()
        if table
    )
    row_counts = {table.name: row_counts[table.name] for table in tables}
    return _Published(number, run_id, published_at, tables, row_counts)


def _last_export(pointer: Path) -> dict[str, Any] | None:
    """Return what is current, with the schema of each table; None where nothing is."""
    if not pointer.exists():
        return None
    try:
        last: dict[str, Any] = json.loads(pointer.read_text(encoding="utf-8"))
        folder = pointer.parent / last["folder"]
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        last["schemas"] = {
            name: json.loads((folder / table["folder"] / SCHEMA).read_text(encoding="utf-8"))
            for name, table in manifest["tables"].items()
        }
        last["kept"] = {last["folder"], last["previous"]}
        last["major"], last["minor"] = map(int, last["schema_version"].split("."))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        # Whatever it is, it is not ours to overwrite.
        raise ExportError(
            f"The last export cannot be read ({error}), so nobody knows what would break readers.",
            pointer,
            "bring its files back, or export to another folder with --to.",
        ) from error
    return last


def _schema_version(
    last: dict[str, Any] | None, schemas: Schemas, major: int | None, directory: Path
) -> str:
    """Return the version of the schemas, or refuse where an undeclared change breaks readers."""
    if last is None:
        return f"{major or 1}.0"
    if major is not None and major < last["major"]:
        raise ExportError(
            f"The schema has the version {last['schema_version']} by now.",
            directory,
            f"declare --major {last['major']} or a later one, or leave it out.",
        )
    if major is not None and major > last["major"]:
        return f"{major}.0"
    broken = breaking_changes(last["schemas"], schemas)
    if broken:
        more = f" and {len(broken) - CHANGES_IN_A_MESSAGE} more"
        raise ExportError(
            f"Readers would break: {'; '.join(broken[:CHANGES_IN_A_MESSAGE])}"
            + (f"{more}." if len(broken) > CHANGES_IN_A_MESSAGE else "."),
            f"{directory}, schema version {last['schema_version']}",
            "bring back what readers know, or tell them, and declare a new version with"
            f" --major {last['major'] + 1}.",
        )
    is_wider = without_words(last["schemas"]) != without_words(schemas)
    return f"{last['major']}.{last['minor'] + is_wider}"


def _stage(
    connection: duckdb.DuckDBPyConnection,
    publication: _Published,
    version: str,
    staging: Path,
    rows_per_file: int,
) -> Path:
    """Write a folder with all tables and their manifest, and return it."""
    folder = staging / f"publication-{publication.number}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    folder.mkdir()
    tables = {
        table.name: _write_table(connection, table, folder, rows_per_file)
        for table in publication.tables
    }
    for name, table in tables.items():
        if table["rows"] != publication.row_counts[name]:
            raise ExportError(
                f"Of the {publication.row_counts[name]} rows of {name} that were published,"
                f" {table['rows']} are there.",
                f"publication {publication.number}",
                "publish again, then export: somebody has changed what was published.",
            )
    about = publication.about(version) | {"partition_rule": PARTITION_RULE}
    _write_json(folder / MANIFEST, about | {"tables": tables})
    return folder


def _remove_others(directory: Path, kept: set[str | None]) -> None:
    """Remove the folders of publications that are neither current nor the one before."""
    for folder in directory.glob("publication-[0-9]*-[0-9]*T[0-9]*"):
        if folder.name not in kept:
            shutil.rmtree(folder)


class _HashedFile(io.FileIO):
    """A new file that knows the SHA-256 of what was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "xb")
        self.path = path
        self.sha256 = hashlib.sha256()

    def write(self, content: Any) -> int:
        """Write all of `content`, which a file by itself need not."""
        rest = memoryview(content).cast("B")
        self.sha256.update(rest)
        while rest:
            rest = rest[super().write(rest) :]
        return len(content)


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    publication_folder: Path,
    rows_per_file: int,
) -> dict[str, Any]:
    """Write a table's schema and files, and return what the manifest says of it."""
    _refuse_numbers_unknown_to_json(connection, table)
    name = quote(table.name, safe=" ")
    folder = publication_folder / name
    folder.mkdir()
    _write_json(folder / SCHEMA, table_schema(table))
    digits = _hex_digits(connection, table, rows_per_file)
    sorted_rows = _sorted_rows(connection, table, digits)
    parquet_schema = pa.schema(
        sorted_rows.schema.field(number).with_nullable(column.is_nullable)
        for number, column in enumerate(table.columns)
    )
    files = []
    row_count = 0
    for partition, pieces in groupby(_pieces(sorted_rows), key=itemgetter(0)):
        rows = (piece for _, piece in pieces)
        written, partition_count = _write_partition(folder / partition, parquet_schema, rows)
        row_count += partition_count
        files += [
            {
                "path": f"{name}/{file.path.name}",
                "rows": partition_count,
                "bytes": file.path.stat().st_size,
                "sha256": file.sha256.hexdigest(),
            }
            for file in written
        ]
    return {
        "rows": row_count,
        "primary_key": list(table.primary_key),
        "partitioned_by": {"column": next(iter(table.primary_key), None), "hex_digits": digits},
        "folder": name,
        "files": files,
    }


def _refuse_numbers_unknown_to_json(
    connection: duckdb.DuckDBPyConnection, table: SourceTable
) -> None:
    for column in table.columns:
        if column.data_type not in ("DOUBLE", "FLOAT"):
            continue
        if connection.execute(
            f"select 1 from {table.relation} where not isfinite({quoted(column.name)}) limit 1"
        ).fetchone():
            raise ExportError(
                f"The column {column.name} has NaN or infinity, which JSON cannot say.",
                f"table {table.name}",
                "yield null there, build, publish, and export again.",
            )


def _hex_digits(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, rows_per_file: int
) -> int:
    """Return how many digits of the hash name a file: none where one file does.

    Keys of few values are not spread: most files would be missing, and the others as large.
    """
    if not table.primary_key:
        return 0
    [(row_count, key_count)] = connection.execute(
        f"select count(*), count(distinct {quoted(table.primary_key[0])}) from {table.relation}"
    ).fetchall()
    digits = 0
    while row_count > rows_per_file * 16**digits and key_count >= 16 ** (digits + 1):
        digits += 1
    return digits


def _sorted_rows(
    connection: duckdb.DuckDBPyConnection, table: SourceTable, digits: int
) -> pa.RecordBatchReader:
    """Return the rows by partition and key, behind each its line of JSON and its partition."""
    columns = [(column.name, quoted(column.name), column.data_type) for column in table.columns]
    members = ", ".join(f"{literal(name)}: {_in_json(*column)}" for name, *column in columns)
    partition, order = "'all'", [quoted(name) for name in table.primary_key] or ["all"]
    if digits:
        partition = f"left(sha256({quoted(table.primary_key[0])}::varchar), {digits})"
        order.insert(0, partition)
    return connection.sql(
        f"select {', '.join(_in_parquet(*column) for _, *column in columns)},"
        f" to_json({{{members}}})::varchar || chr(10), {partition}"
        f" from {table.relation} order by {', '.join(order)}"
    ).to_arrow_reader(ROWS_PER_GROUP)


def _in_json(value: str, data_type: str) -> str:
    if json_type(data_type).get("format") == "date-time":
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return value


def _in_parquet(value: str, data_type: str) -> str:
    """Return a column in a type that every reader of Parquet knows: what is rare is text."""
    return f"{value}::varchar as {value}" if json_type(data_type) == {"type": "string"} else value


def _pieces(rows: pa.RecordBatchReader) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Cut sorted rows where the partition changes; an empty table is one piece without rows."""
    piece_count = 0
    for batch in rows:
        partitions = batch.column(batch.num_columns - 1).to_numpy(zero_copy_only=False)
        starts = [0, *(np.flatnonzero(partitions[1:] != partitions[:-1]) + 1)]
        for start, end in pairwise([*starts, batch.num_rows]):
            piece_count += 1
            yield partitions[start], batch.slice(start, end - start)
    if piece_count == 0:
        yield "all", pa.RecordBatch.from_pylist([], schema=rows.schema)


def _write_partition(
    stem: Path, schema: pa.Schema, pieces: Iterator[pa.RecordBatch]
) -> tuple[list[_HashedFile], int]:
    """Write a partition's Parquet and JSON lines, and return the files and the number of rows."""
    row_count = 0
    with (
        _HashedFile(stem.with_suffix(".parquet")) as parquet,
        _HashedFile(stem.with_suffix(".jsonl")) as lines,
        # Every reader knows Snappy.
        pq.ParquetWriter(parquet, schema, compression="snappy") as writer,
    ):
        for piece in pieces:
            columns = piece.columns[: len(schema)]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            lines.write(_joined(piece.column(len(schema))))
            row_count += piece.num_rows
    return [parquet, lines], row_count


def _joined(texts: pa.StringArray) -> memoryview:
    """Return all texts, one behind the other, as they lie in memory."""
    _, offsets, characters = texts.buffers()
    if characters is None:
        return memoryview(b"")
    ends = np.frombuffer(offsets, dtype=np.int32)
    return memoryview(characters)[ends[texts.offset] : ends[texts.offset + len(texts)]]


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _flush_all(folder: Path) -> None:
    """Give all files and folders in a folder their mode, and flush them to the disk."""
    for path in folder.rglob("*"):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)
        flush_to_disk(path)
