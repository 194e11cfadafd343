"""One CSV file, read quickly where each line is a record, and with care where not."""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from also_bought.order_files.declaration import (
    Declaration,
    OrderFileError,
    Tally,
    check_names,
    is_undecodable,
    other_encoding,
    shortened,
)

# Characters read at a time: enough for Arrow to be quick, little enough for any machine.
BLOCK_SIZE = 1 << 22
# What is left of a letter with an accent, or a typographic quote, that was decoded once too often.
LINES_DECODED_TWICE = "lines look decoded twice ('caf\u00c3\u00a9'), and are kept as they are"
EMPTY_ROWS = "rows hold delimiters alone, and are no lines"
DECODED_TWICE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")


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
        quote, delimiter = re.escape(declared.quote), re.escape(declared.delimiter)
        ends = delimiter + "\n"
        self.quoted_field = re.compile(
            f"(?:^|(?<=[{ends}])){quote}[^{quote}\n]*+(?:{quote}{quote}[^{quote}\n]*+)*+{quote}"
            f"(?=[{ends}]|$)"
            if quote
            else "(?!)"
        )
        # A line of blanks, delimiters and quotes alone.
        nothing = rf"(?:[^\S\n]|[{delimiter}{quote}])"
        self.empty_line = re.compile(rf"\n(?:{nothing}*+\n|{nothing}++\Z)")
        self.dialect: dict[str, Any] = {
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
        expected = ", ".join(self.declared.headings)
        if not set(header) & set(self.declared.headings):
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
        declared = set(self.declared.headings)
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
                    include_columns=self.declared.headings,
                    strings_can_be_null=False,
                    quoted_strings_can_be_null=False,
                ),
            ).combine_chunks()
        except (UnicodeEncodeError, pa.ArrowInvalid):
            return None
        # Arrow leaves out blank lines. A field may be no longer than the csv module allows.
        if table.num_rows < line_count or any(
            pc.max(pc.binary_length(column)).as_py() > csv.field_size_limit() for column in table
        ):
            return None
        # The search takes a while, and most blocks have no row without a value that is read.
        if has_empty_row(table) and self.empty_line.search("\n" + block):
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
        places = [self.header.index(name) for name in self.declared.headings]
        blank: list[str | None] = [None] * len(places)
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        problems: list[str | None] = []
        texts: list[str | None] = []
        end = self.line_number + block.count("\n") + (not block.endswith("\n"))
        while self.line_number < end:
            received.clear()
            flaw = ""
            try:
                record = next(reader)
            except csv.Error as error:
                flaw = str(error)
            else:
                if not any(value.strip() for value in record):
                    self.line_number += len(received)
                    if record:
                        self.tally.count(EMPTY_ROWS, f"{self.name}:{self.line_number}")
                    continue
                if len(record) != len(self.header):
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
                rows.append([record[place] for place in places])
                numbers.append(first_number)
                problems.append(None)
                texts.append(None)
                continue
            self.tally.count_unreadable(
                f"line {first_number} of {self.name}",
                flaw,
                other_encoding(self.declared.encoding)
                if problem == "line_encoding_invalid"
                else "Mend the file at its source.",
                len(received),
            )
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

    def count_decoded_twice(self, text: str) -> None:
        """Count the lines that look as if they had been decoded twice."""
        if not text.isascii():
            lines = sum(1 for line in text.split("\n") if DECODED_TWICE.search(line))
            if lines:
                self.tally.count(LINES_DECODED_TWICE, self.name, lines)

    def batch(
        self, columns: list[pa.Array], numbers: pa.Array, problems: pa.Array, texts: pa.Array
    ) -> pa.RecordBatch:
        """Return the rows, each with its place."""
        places = pc.binary_join_element_wise(self.name, pc.cast(numbers, pa.string()), ":")
        return pa.record_batch([*columns, places, problems, texts], schema=self.declared.schema)


def has_empty_row(table: pa.Table) -> bool:
    """Tell whether all columns of a row are blank."""
    are_empty = pa.scalar(True)
    for column in table:
        are_empty = pc.and_(are_empty, pc.equal(pc.utf8_trim_whitespace(column), ""))
        if not pc.any(are_empty).as_py():
            return False
    return True
