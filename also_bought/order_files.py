"""Order files, CSV or Parquet, read as text: everything is declared, nothing is guessed.

A line that cannot be read is a received line like any other: it comes out with a reason instead of
values. What is wrong with a whole file stops the reading.
"""

import codecs
import csv
import difflib
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from also_bought.errors import ExplainedError
from also_bought.sql import quoted

# Characters read at a time: enough for Arrow to be quick, little enough for any machine.
BLOCK_SIZE = 1 << 22
# Rows of a row group of what is written.
ROWS_AT_A_TIME = 100_000
# Of a line that cannot be read, this much is kept to show.
SHOWN_CHARACTERS = 1_000

OWN_COLUMNS = ("source_row", "read_problem", "unreadable_text")
MAGIC_BYTES = {
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip file or a workbook",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"PAR1": "a Parquet file",
}
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What is left of a letter with an accent, or a typographic quote, that was decoded once too often.
DECODED_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")


class OrderFileError(ExplainedError):
    """The files of a source cannot be read as declared."""


@dataclass(frozen=True)
class Declaration:
    """What the owner of an order source says about its files.

    Parameters
    ----------
    path : str
        The file, or a pattern with `*`, relative to the input folder.
    columns : tuple of str
        The columns to read, by the names in the header, in any order.
    format : {"csv", "parquet"}
        What the files are.
    delimiter, quote, encoding : str
        How a CSV file is written; `quote` may be empty where nothing is ever quoted.
    skip_lines : int
        Lines above the header.
    may_be_empty : bool
        Whether a file may hold a header and no lines.
    personal_columns : tuple of str
        The columns that nobody may see in clear. A line that cannot be read cannot be taken apart
        either: where there are any, the whole line is hashed.
    max_unreadable_share : float
        The share of a source's lines that may be unreadable before reading stops.
    skip_files : dict
        Files to leave out, each with the reason.

    Raises
    ------
    OrderFileError
        Where the declaration makes no sense.
    """

    path: str
    columns: tuple[str, ...]
    format: str = "csv"
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    skip_lines: int = 0
    may_be_empty: bool = False
    personal_columns: tuple[str, ...] = ()
    max_unreadable_share: float = 0.05
    skip_files: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_options(cls, options: dict) -> "Declaration":
        """Return the declaration that `options` spell out."""
        known = [option.name for option in fields(cls)]
        for name in options:
            if name not in known:
                raise OrderFileError(
                    f"There is no option {name}{nearest(name, known)}.",
                    f"read_order_files('{options.get('path')}')",
                    f"The options are {', '.join(known)}.",
                )
        try:
            return cls(**options)
        except (AttributeError, TypeError) as error:
            raise OrderFileError(
                "An option is of the wrong type.",
                f"read_order_files('{options.get('path')}')",
                "docs/file-sources.md lists what each option is.",
            ) from error

    def __post_init__(self) -> None:
        where = f"read_order_files({self.path!r})"
        names = list(self.columns)
        if (
            isinstance(self.columns, str)
            or not names
            or not all(isinstance(name, str) for name in names)
            or len(set(names)) < len(names)
        ):
            raise OrderFileError(
                "The columns are not a list of different names.", where, "List each column once."
            )
        for option, allowed, is_allowed in (
            ("path", "a file or a pattern", isinstance(self.path, str) and self.path),
            ("columns", f"without {', '.join(OWN_COLUMNS)}", not set(names) & set(OWN_COLUMNS)),
            ("format", "csv or parquet", self.format in ("csv", "parquet")),
            ("delimiter", "one character", len(self.delimiter) == 1),
            ("quote", "one character or none", len(self.quote) <= 1),
            ("encoding", "one that Python knows", is_encoding(self.encoding)),
            ("skip_lines", "0 or more", self.skip_lines in range(1_000_000)),
            ("personal_columns", "among the columns", set(self.personal_columns) <= set(names)),
            ("max_unreadable_share", "from 0 to 1", 0 <= self.max_unreadable_share <= 1),
            ("skip_files", "a reason for each file", all(self.skip_files.values())),
        ):
            if not is_allowed:
                value = getattr(self, option)
                raise OrderFileError(
                    f"The option {option} is {value!r}.", where, f"It must be {allowed}."
                )

    @property
    def schema(self) -> pa.Schema:
        """The columns of what is read: the declared ones, then our own; all are text."""
        return pa.schema([(name, pa.string()) for name in (*self.columns, *OWN_COLUMNS)])

    def shown(self, text: str) -> str:
        """Return what may be shown of a line that could not be read."""
        # Bytes that are no characters become readable: \xe9.
        clear = "".join(
            f"\\x{ord(c) - 0xDC00:02x}" if is_undecodable(c) else c for c in text.rstrip("\n")
        )
        if self.personal_columns:
            return hashlib.md5(clear.encode(), usedforsecurity=False).hexdigest()
        return clear[:SHOWN_CHARACTERS]


@dataclass
class Tally:
    """What was found in the files of a source so far."""

    lines: int = 0
    unreadable_lines: int = 0
    lines_decoded_twice: int = 0
    first_problem: str = ""
    remedy: str = ""
    warnings: list[str] = field(default_factory=list)


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
    if tally.lines_decoded_twice:
        tally.warnings.append(
            f"{tally.lines_decoded_twice} lines of {declared.path} look decoded twice "
            "('caf\u00c3\u00a9'); they are kept as they are."
        )
    return tally.warnings


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
    try:
        files = sorted(file for file in folder.glob(declared.path) if not file.is_dir())
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
        if set(folder.name) & set("*?["):
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
    else:
        yield from parquet_batches(declared, file, name, tally)
    after = file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise OrderFileError(
            "The file changed while it was read.",
            file,
            "Build again when it is complete; let files be moved in, not written in place.",
        )
    if tally.lines == lines_before and not declared.may_be_empty:
        raise OrderFileError(
            "The file holds a header and no lines.",
            file,
            "Ask for it again, or declare may_be_empty: true if that is how a quiet day looks.",
        )


def check_first_bytes(declared: Declaration, file: Path) -> None:
    """Refuse a file that is something else than declared, by its first bytes."""
    with file.open("rb") as stream:
        start = stream.read(1000)
    kinds = [kind for magic, kind in MAGIC_BYTES.items() if start.startswith(magic)]
    if declared.format == "parquet" and kinds != ["a Parquet file"]:
        raise OrderFileError(
            f"The file is {kinds[0] if kinds else 'no Parquet file'}, but declared as Parquet.",
            file,
            "Export it as Parquet, or declare its format.",
        )
    if declared.format == "csv" and kinds:
        raise OrderFileError(
            f"The file is {kinds[0]}, but declared as CSV.",
            file,
            "Unpack or export it as CSV, or declare its format.",
        )
    # An occasional NUL is a damaged id; one in five is the other half of a letter.
    is_wide = start.startswith(UTF_16_MARKS) or start.count(0) > len(start) / 5
    is_declared_wide = 0 in "a".encode(declared.encoding)
    if declared.format == "csv" and is_wide and not is_declared_wide:
        raise OrderFileError(
            f"The file is not in {declared.encoding}; it looks like UTF-16 (byte "
            f"0x{start[0]:02X} at its start).",
            f"{file}, line 1",
            "Declare encoding: 'utf-16', or export it as UTF-8.",
        )


class CsvFile:
    """One CSV file.

    Blocks in which each line is a record without a flaw are split by Arrow; all others are read
    record by record. Both ways give the same rows.

    Parameters
    ----------
    declared : Declaration
        What is said about the file.
    file, name : pathlib.Path, str
        The file, and what its lines call it.
    tally : Tally
        Where the lines are counted.
    """

    def __init__(self, declared: Declaration, file: Path, name: str, tally: Tally) -> None:
        self.declared, self.file, self.name, self.tally = declared, file, name, tally
        self.line_number = 0
        self.has_characters = False
        self.undecodable: list[tuple[int, int]] = []
        # A whole field in quotes, doubled ones within, that ends on its line.
        quote, ends = re.escape(declared.quote), re.escape(declared.delimiter) + "\n"
        self.quoted_field = re.compile(
            f"(?:^|(?<=[{ends}])){quote}[^{quote}\n]*+(?:{quote}{quote}[^{quote}\n]*+)*+{quote}"
            f"(?=[{ends}]|$)"
            if quote
            else "(?!)"
        )
        self.dialect = {
            "delimiter": declared.delimiter,
            "quotechar": declared.quote or None,
            "quoting": csv.QUOTE_MINIMAL if declared.quote else csv.QUOTE_NONE,
            "strict": True,
        }

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the lines of the file."""
        encoding = self.declared.encoding
        try:
            with self.file.open(encoding=encoding, errors="surrogateescape") as text:
                for _ in range(self.declared.skip_lines):
                    text.readline()
                self.header = self.read_header(text)
                self.line_number = self.declared.skip_lines + 1
                while block := text.read(BLOCK_SIZE) + text.readline():
                    yield self.plain_batch(block) or self.batch_of_records(block, text)
        except UnicodeDecodeError as error:
            raise self.wrong_encoding(self.line_number + 1, error.object[error.start]) from error
        except UnicodeError as error:
            raise OrderFileError(
                f"The file cannot be read in {encoding}: {error}.",
                self.file,
                "Declare the encoding that it has.",
            ) from error
        if len(self.undecodable) > 1 and not self.has_characters:
            raise self.wrong_encoding(*self.undecodable[0])

    def wrong_encoding(self, line_number: int, byte: int) -> OrderFileError:
        """Return the error for a file in another encoding than declared."""
        return OrderFileError(
            f"The file is not in {self.declared.encoding}: byte 0x{byte:02X} is no text in it.",
            f"{self.file}, line {line_number}",
            other_encoding(self.declared.encoding),
        )

    def read_header(self, text: io.TextIOWrapper) -> list[str]:
        """Return the names in the header, after comparing them with the declared columns."""
        line = text.readline()
        header = self.names_in(line)
        bad_bytes = [ord(c) - 0xDC00 for c in line if is_undecodable(c)]
        if bad_bytes:
            raise self.wrong_encoding(self.declared.skip_lines + 1, bad_bytes[0])
        where = f"{self.file}, line {self.declared.skip_lines + 1}"
        expected = ", ".join(self.declared.columns)
        if not set(header) & set(self.declared.columns):
            raise OrderFileError(
                f"The header is not the declared one. Expected columns {expected}, "
                f"found {shortened(line.rstrip())!r}.",
                where,
                self.header_remedy(line, text),
            )
        check_names(self.declared, header, where, self.tally)
        return header

    def names_in(self, line: str, delimiter: str | None = None) -> list[str]:
        """Return the names in a header line, or none where it cannot be read."""
        dialect = self.dialect | {"delimiter": delimiter or self.declared.delimiter}
        try:
            # A byte order mark is no part of the first name.
            names = next(csv.reader([line.removeprefix("\ufeff")], **dialect), [])
        except csv.Error:
            return []
        return [name.strip() for name in names]

    def header_remedy(self, line: str, text: io.TextIOWrapper) -> str:
        """Return what is probably wrong with the declaration, seen from the first lines."""
        declared = set(self.declared.columns)
        for delimiter in ",;\t|":
            if declared <= set(self.names_in(line, delimiter)):
                return f"Declare delimiter: {delimiter!r}."
        for skipped in range(1, 20):
            if declared <= set(self.names_in(text.readline())):
                return f"Declare skip_lines: {self.declared.skip_lines + skipped}."
        return "Correct the declaration; a file without a header needs one."

    def plain_batch(self, block: str) -> pa.RecordBatch | None:
        """Return the lines of a block in which each line is a record; None where that is not so."""
        quote = self.declared.quote
        if quote and quote in block and quote in self.quoted_field.sub("", block):
            return None
        line_count = block.count("\n") + (not block.endswith("\n"))
        try:
            table = pacsv.read_csv(
                pa.py_buffer(block.encode()),
                pacsv.ReadOptions(
                    column_names=self.header, block_size=4 * len(block) + 1, use_threads=False
                ),
                pacsv.ParseOptions(delimiter=self.declared.delimiter, quote_char=quote or False),
                pacsv.ConvertOptions(
                    column_types=dict.fromkeys(self.header, pa.string()),
                    include_columns=self.declared.columns,
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                ),
            ).combine_chunks()
        except (UnicodeEncodeError, pa.ArrowInvalid):
            return None
        # Blank lines are no rows; and a field may be no longer than the csv module allows.
        if table.num_rows < line_count or any(
            pc.max(pc.binary_length(column)).as_py() > csv.field_size_limit() for column in table
        ):
            return None
        self.has_characters |= not block.isascii()
        self.count_decoded_twice(block)
        self.tally.lines += line_count
        numbers = pa.array(range(self.line_number + 1, self.line_number + line_count + 1))
        self.line_number += line_count
        nothing = pa.nulls(line_count, pa.string())
        return self.batch([column.combine_chunks() for column in table], numbers, nothing, nothing)

    def batch_of_records(self, block: str, text: io.TextIOWrapper) -> pa.RecordBatch:
        """Return the lines of a block, record by record; a record may run on beyond the block."""
        received: list[str] = []

        def physical_lines() -> Iterator[str]:
            for line in chain(io.StringIO(block), text):
                received.append(line)
                yield line

        reader = csv.reader(physical_lines(), **self.dialect)
        places = [self.header.index(name) for name in self.declared.columns]
        blank = [None] * len(places)
        rows, numbers, problems, texts = [], [], [], []
        end = self.line_number + block.count("\n") + (not block.endswith("\n"))
        while self.line_number < end:
            received.clear()
            flaw = None
            try:
                record = next(reader)
            except csv.Error as error:
                flaw = str(error)
            else:
                if len(record) not in (0, len(self.header)):
                    flaw = f"{len(record)} fields, the header has {len(self.header)}"
            first_number = self.line_number + 1
            self.line_number += len(received)
            raw = received[0] if len(received) == 1 else "".join(received)
            problem = "line_unreadable" if flaw else None
            if not raw.isascii():
                bad = [c for c in raw if is_undecodable(c)]
                self.has_characters |= not bad
                self.count_decoded_twice(raw)
                if bad:
                    problem = "line_encoding_invalid"
                    byte = ord(bad[0]) - 0xDC00
                    flaw = f"byte 0x{byte:02X} is no {self.declared.encoding}"
                    self.undecodable.append((first_number, byte))
            if problem is None:
                if record:
                    rows.append([record[place] for place in places])
                    numbers.append(first_number)
                    problems.append(None)
                    texts.append(None)
                continue
            self.note(problem, flaw, first_number, len(received))
            for number, line in enumerate(received, first_number):
                rows.append(blank)
                numbers.append(number)
                problems.append(problem)
                texts.append(self.declared.shown(line))
        self.tally.lines += len(rows)
        columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
        return self.batch(
            columns or [pa.nulls(0, pa.string()) for _ in places],
            pa.array(numbers, pa.int64()),
            pa.array(problems, pa.string()),
            pa.array(texts, pa.string()),
        )

    def note(self, problem: str, flaw: str, line_number: int, line_count: int) -> None:
        """Count the lines of a record that cannot be read, and remember the first."""
        self.tally.unreadable_lines += line_count
        if not self.tally.first_problem:
            self.tally.first_problem = f"line {line_number} of {self.name}: {flaw}"
            self.tally.remedy = (
                other_encoding(self.declared.encoding)
                if problem == "line_encoding_invalid"
                else "Mend the file at its source."
            )

    def count_decoded_twice(self, text: str) -> None:
        """Count the lines that look as if they had been decoded twice."""
        if not text.isascii():
            self.tally.lines_decoded_twice += sum(
                1 for line in text.split("\n") if DECODED_TWICE.search(line)
            )

    def batch(
        self, columns: list[pa.Array], numbers: pa.Array, problems: pa.Array, texts: pa.Array
    ) -> pa.RecordBatch:
        """Return the rows, each with its place."""
        places = pc.binary_join_element_wise(self.name, pc.cast(numbers, pa.string()), ":")
        return pa.record_batch([*columns, places, problems, texts], schema=self.declared.schema)


def parquet_batches(
    declared: Declaration, file: Path, name: str, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a Parquet file, each value as the text that DuckDB writes for it."""
    try:
        schema = pq.read_schema(file)
        check_names(declared, schema.names, file, tally)
        for column in declared.columns:
            type_ = schema.field(column).type
            if pa.types.is_nested(type_) or pa.types.is_binary(type_):
                raise OrderFileError(
                    f"The column {column} holds {type_}, which is no single value.",
                    file,
                    "Take the value out before the file is written, or leave the column out.",
                )
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            values = ", ".join(f"cast({quoted(column)} as varchar)" for column in declared.columns)
            reader = connection.sql(
                f"select {values}, ? || ':' || (file_row_number + 1), null::varchar, null::varchar"
                " from read_parquet(?, file_row_number = true)",
                params=[name, str(file)],
            ).to_arrow_reader(ROWS_AT_A_TIME)
            for batch in reader:
                tally.lines += batch.num_rows
                yield pa.record_batch(batch.columns, schema=declared.schema)
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        # What the system refuses has a number; a damaged file is an OSError to Arrow, without one.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise OrderFileError(
            f"The file cannot be read as Parquet: {shortened(str(error).splitlines()[0])}",
            file,
            "Ask for it again.",
        ) from error


def check_names(declared: Declaration, found: list[str], where: object, tally: Tally) -> None:
    """Compare the names of the columns found with those declared."""
    folded = [name.casefold() for name in found]
    repeated = sorted({name for name in found if folded.count(name.casefold()) > 1})
    if repeated:
        raise OrderFileError(
            f"Column names that are the same, or differ only in case: {', '.join(repeated)}.",
            where,
            "Rename them at the source; which one is meant cannot be known.",
        )
    missing = [name for name in declared.columns if name not in found]
    if missing:
        hints = "".join(nearest(name, found) for name in missing[:1])
        raise OrderFileError(
            f"The file lacks the column {', '.join(missing)}{hints}.",
            where,
            f"It has {shortened(', '.join(found))}; correct the file or the declared columns.",
        )
    others = [name for name in found if name not in declared.columns]
    if others:
        warning = f"Not declared for {declared.path}, and not read: {', '.join(others)}"
        if warning not in tally.warnings:
            tally.warnings.append(warning)


def is_encoding(name: str) -> bool:
    """Tell whether Python knows a text encoding of this name."""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def is_undecodable(character: str) -> bool:
    """Tell whether a character stands for a byte that was none in the declared encoding."""
    return "\udc80" <= character <= "\udcff"


def other_encoding(declared: str) -> str:
    """Return what to try where the declared encoding is wrong."""
    other = "latin-1" if codecs.lookup(declared).name == "utf-8" else "utf-8"
    return f"Declare encoding: '{other}' (or the one that the file has), or export it as UTF-8."


def nearest(name: str, names: list[str]) -> str:
    """Return a hint at the most similar of the names."""
    similar = difflib.get_close_matches(name.casefold(), [n.casefold() for n in names], n=1)
    hints = [n for n in names if n.casefold() in similar]
    return f" (did you mean {hints[0]}?)" if hints else ""


def shortened(text: str) -> str:
    """Return a text that fits on one line."""
    return text if len(text) <= 200 else f"{text[:200]}..."
