"""Order files, read as text: everything is declared, nothing is guessed.

A line that cannot be read is a received line like any other: it comes out with a reason instead of
values. What is wrong with a whole file stops the reading.
"""

import codecs
import glob
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from also_bought.order_files.csv_file import CsvFile
from also_bought.order_files.declaration import FORMATS, Declaration, OrderFileError, Tally
from also_bought.order_files.json_file import json_batches
from also_bought.order_files.parquet_file import parquet_batches
from also_bought.order_files.workbook_file import workbook_batches

# Rows of a row group of what is written.
ROWS_AT_A_TIME = 100_000
MAGIC_BYTES = {
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip file or a workbook",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"PAR1": "a Parquet file",
}
# What files of a format that is no text begin with.
EXPECTED_BYTES = {
    "parquet": ["a Parquet file"],
    "workbook": ["a zip file or a workbook", "an old workbook"],
}
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_order_files(declared: Declaration, folder: Path, target: Path) -> list[str]:
    """Read the files of an order source and write their lines as one Parquet file.

    Parameters
    ----------
    declared : Declaration
        What the source's owner says about the files.
    folder : pathlib.Path
        The input folder; nothing outside it is read.
    target : pathlib.Path
        The Parquet file to write: one row per received line; each declared column as text,
        `source_row` (file:line), and for a line that cannot be read `read_problem`
        (line_unreadable or line_encoding_invalid) and `unreadable_text`.

    Returns
    -------
    list of str
        What people should know though reading went on.

    Raises
    ------
    OrderFileError
        Where a file cannot be read as declared, or too many lines cannot.
    """
    tally = Tally()
    files = find_files(declared, folder, tally)
    errors = write_lines(declared, folder, files, target, tally)
    if errors and len(files) > 1:
        some = "; ".join(f"{error.where}: {error.what}" for error in errors[:3])
        raise OrderFileError(
            f"{len(errors)} of {len(files)} files cannot be read.",
            f"{some}{' ...' if len(errors) > 3 else ''}",
            f"{errors[0].remedy} Or list a file under skip_files, with the reason.",
        )
    if errors:
        raise errors[0]
    if tally.unreadable_lines > declared.max_unreadable_share * tally.lines:
        raise OrderFileError(
            f"{tally.unreadable_lines} of {tally.lines} lines cannot be read; tolerated are "
            f"{declared.max_unreadable_share:.1%}.",
            f"{folder / declared.path}; the first is {tally.first_problem}",
            f"{tally.remedy} Or declare a higher max_unreadable_share.",
        )
    return tally.warnings + [
        f"{declared.path}: {times} {oddity}; the first: {place}."
        for oddity, (times, place) in tally.oddities.items()
    ]


def write_lines(
    declared: Declaration, folder: Path, files: list[Path], target: Path, tally: Tally
) -> list[OrderFileError]:
    """Write the lines of the files, and return what is wrong with those that cannot be read."""
    errors: list[OrderFileError] = []
    with pq.ParquetWriter(target, declared.schema, compression="lz4") as writer:
        waiting: list[pa.RecordBatch] = []
        waiting_lines = 0
        for file in files:
            name = file.relative_to(folder).as_posix()
            try:
                for batch in read_file(declared, file, name, tally):
                    waiting.append(batch)
                    waiting_lines += len(batch)
                    if waiting_lines >= ROWS_AT_A_TIME:
                        writer.write_table(pa.Table.from_batches(waiting))
                        waiting, waiting_lines = [], 0
            except OrderFileError as error:
                errors.append(error)
            except OSError as error:
                errors.append(
                    OrderFileError(
                        f"Reading fails: {error.strerror or error}.", file, "Give access, or room."
                    )
                )
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))
    return errors


def find_files(declared: Declaration, folder: Path, tally: Tally) -> list[Path]:
    """Return the files that the declared path names, in order of their names."""
    where = folder / declared.path
    if Path(declared.path).is_absolute() or ".." in Path(declared.path).parts:
        raise OrderFileError(
            "The path leads out of the input folder.",
            declared.path,
            f"Put the files into {folder}, and declare the path from there.",
        )
    # Only * and ** make a pattern; and what is there under the very name is meant: orders[1].csv.
    pattern = "*".join(glob.escape(part) for part in declared.path.split("*"))
    try:
        files = (
            [where]
            if where.is_file()
            else sorted(file for file in folder.glob(pattern) if not file.is_dir())
        )
    except (ValueError, IndexError) as error:
        raise OrderFileError(
            "The path is no pattern.",
            where,
            "Let * stand for any letters of a name, and ** for folders, alone between two /.",
        ) from error
    for file in files:
        if file.resolve() != folder.resolve() / file.relative_to(folder):
            raise OrderFileError(
                "The file is a symbolic link, or lies behind one.",
                file,
                f"Put the file itself into {folder}.",
            )
    skipped = {file for file in files if file.relative_to(folder).as_posix() in declared.skip_files}
    for file in sorted(skipped):
        name = file.relative_to(folder).as_posix()
        tally.warnings.append(f"The file {name} is skipped: {declared.skip_files[name]}")
    if not files or len(files) == len(skipped):
        missing_folder = first_missing_folder(where)
        raise OrderFileError(
            f"There is no folder {missing_folder}." if missing_folder else "There is no such file.",
            where,
            "Put it there, or correct the path; the input folder is set with the plugin in "
            "profiles.yml.",
        )
    return [file for file in files if file not in skipped]


def first_missing_folder(pattern: Path) -> Path | None:
    """Return the uppermost folder of a path that does not exist; None where all do."""
    for folder in reversed(pattern.parents):
        if "*" in folder.name:
            return None
        if not folder.is_dir():
            return folder
    return None


def read_file(
    declared: Declaration, file: Path, name: str, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield the lines of one file, and refuse it if it changes meanwhile."""
    before = file.stat()
    if before.st_size == 0:
        raise OrderFileError("The file is empty, without a header.", file, "Ask for it again.")
    check_first_bytes(declared, file)
    lines_before = tally.lines
    if declared.format == "csv":
        yield from CsvFile(declared, file, name, tally).batches()
    elif declared.format == "parquet":
        yield from parquet_batches(declared, file, name, tally)
    elif declared.format == "workbook":
        yield from workbook_batches(declared, file, name, tally)
    else:
        yield from json_batches(declared, file, name, tally)
    after = file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OrderFileError(
            "The file changed while it was read.",
            file,
            "Build again when it is complete; let files be moved in, not written in place.",
        )
    if tally.lines == lines_before and not declared.may_be_empty:
        raise OrderFileError(
            "The file holds no lines.",
            file,
            "Ask for it again, or declare may_be_empty: true if that is how a quiet day looks.",
        )


def check_first_bytes(declared: Declaration, file: Path) -> None:
    """Refuse a file that is something else than declared, by its first bytes."""
    with file.open("rb") as stream:
        start = stream.read(1000)
    kinds = [kind for magic, kind in MAGIC_BYTES.items() if start.startswith(magic)]
    expected = EXPECTED_BYTES.get(declared.format, [])
    wanted = FORMATS[declared.format]
    if not set(kinds) & set(expected) if expected else kinds:
        begin = start[:20].decode("latin-1")
        raise OrderFileError(
            f"The file is {kinds[0]}, but declared as {wanted}."
            if kinds
            else f"The file is not {wanted}; it begins with {begin!r}.",
            file,
            f"Unpack or export it as {wanted}, or declare its format.",
        )
    # An occasional NUL is a damaged id; one in five is the other half of a letter.
    is_wide = start.startswith(UTF_16_MARKS) or start.count(0) > len(start) / 5
    is_declared_wide = 0 in "a".encode(declared.encoding)
    if not expected and is_wide and not is_declared_wide:
        raise OrderFileError(
            f"The file is not in {declared.encoding}; it looks like UTF-16 (byte "
            f"0x{start[0]:02X} at its start).",
            f"{file}, line 1",
            "Declare encoding: 'utf-16', or export it as UTF-8.",
        )
