"""One workbook: its sheets, their headers, rows of totals, and the lines."""

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

import pyarrow as pa

from also_bought.order_files.declaration import (
    Declaration,
    OrderFileError,
    Tally,
    check_names,
    nearest,
    shortened,
)
from also_bought.order_files.ods_sheets import ods_sheets
from also_bought.order_files.sheet import Row, Sheet, time_cell
from also_bought.order_files.xls_sheets import xls_sheets
from also_bought.order_files.xlsx_sheets import xlsx_sheets

ROWS_AT_A_TIME = 20_000
# Rows in which a header is looked for.
HEADER_ROWS = 100
# A figure may be rounded where it stands, and the sum of the rows is not.
TOLERANCE = Decimal("0.01")

# It speaks of what a copy that openpyxl writes would lose. We write none.
warnings.filterwarnings("ignore", module="openpyxl")


def workbook_batches(
    declared: Declaration, file: Path, name: str, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield the lines of a workbook, sheet by sheet."""
    try:
        with sheets_of(file) as sheets:
            for sheet in chosen_sheets(declared, sheets, file, tally):
                yield from SheetLines(declared, file, name, sheet, tally).batches()
    except OrderFileError:
        raise
    except Exception as error:
        # Damage makes the readers raise whatever it runs into; the system's refusals have a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise OrderFileError(
            f"The workbook cannot be read: {shortened(' '.join(str(error).split()))}.",
            file,
            "Open it, without a password, save it as .xlsx, and build again.",
        ) from error


def sheets_of(file: Path) -> AbstractContextManager[list[Sheet]]:
    """Give the sheets of a workbook, which is what its first bytes say, while it is open."""
    if not zipfile.is_zipfile(file):
        return xls_sheets(file)
    with zipfile.ZipFile(file) as archive:
        is_ods = "content.xml" in archive.namelist()
    return nullcontext(ods_sheets(file)) if is_ods else xlsx_sheets(file)


def chosen_sheets(
    declared: Declaration, sheets: list[Sheet], file: Path, tally: Tally
) -> list[Sheet]:
    """Return the declared sheets, or the only one in sight that is not empty."""
    has = f"The workbook has the sheets {shortened(', '.join(sheet.name for sheet in sheets))}"
    filled = [sheet for sheet in sheets if next(sheet.rows(), None)]
    if not declared.sheets:
        chosen = [sheet for sheet in filled if not sheet.is_hidden]
        if len(chosen) != 1:
            raise OrderFileError(
                f"{has}; {len(chosen)} of them hold something in sight.",
                file,
                "Declare sheets: a list of names or patterns with *.",
            )
    else:
        for pattern in declared.sheets:
            if not any(fnmatchcase(sheet.name, pattern) for sheet in sheets):
                raise OrderFileError(
                    f"{has}; none is {pattern}{nearest(pattern, [s.name for s in sheets])}.",
                    file,
                    "Correct the declared sheets, or ask for the workbook again.",
                )
        chosen = [
            sheet
            for sheet in filled
            if any(fnmatchcase(sheet.name, pattern) for pattern in declared.sheets)
        ]
    others = [sheet.name for sheet in filled if sheet not in chosen]
    if others:
        tally.warn(f"Not declared for {declared.path}, and not read: sheet {', '.join(others)}")
    return chosen


class SheetLines:
    """The lines of one sheet.

    Parameters
    ----------
    declared : Declaration
        What is said about the workbook.
    file, name : pathlib.Path, str
        The file, and what its lines call it.
    sheet : Sheet
        The sheet.
    tally : Tally
        Where the lines, and the rows that are none, are counted.
    """

    def __init__(
        self, declared: Declaration, file: Path, name: str, sheet: Sheet, tally: Tally
    ) -> None:
        self.declared, self.file, self.sheet, self.tally = declared, file, sheet, tally
        self.name = f"{name}:{sheet.name}"
        self.number = 0
        self.places: dict[str, int] = {}
        self.total_words = {word.casefold() for word in declared.total_words}
        # Of each column: the sum of all rows, and of those since the last total.
        self.sums = {heading: [Decimal(0), Decimal(0)] for heading in declared.headings}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the lines of the sheet."""
        rows = self.sheet.rows()
        header = self.read_header(rows)
        self.places = {heading: header[heading] for heading in self.declared.headings}
        if self.sheet.is_hidden:
            self.tally.count("hidden sheets are read", self.name)
        for heading, column in self.places.items():
            if column in self.sheet.hidden_columns:
                self.tally.count("hidden columns are read", f"{self.name}, {heading}")
        lines = self.lines(rows)
        while block := list(islice(lines, ROWS_AT_A_TIME)):
            self.tally.lines += len(block)
            columns = [pa.array(values, pa.string()) for values in zip(*block, strict=True)]
            yield pa.record_batch(columns, schema=self.declared.schema)

    def read_header(self, rows: Iterator[Row]) -> dict[str, int]:
        """Find the row that has all declared names, and return the columns of the names in it."""
        headings = set(self.declared.headings)
        above = 0
        best: dict[int, str] = {}
        best_number = 0
        for row in islice(rows, HEADER_ROWS):
            if row.number <= self.declared.skip_lines:
                above += 1
                continue
            names = {column: " ".join(cell.text.split()) for column, cell in row.cells.items()}
            if headings <= set(names.values()):
                place = f"{self.name}:{row.number}"
                check_names(self.declared, [names[c] for c in sorted(names)], place, self.tally)
                if above:
                    self.tally.count("rows stand above a header", place, above)
                self.number = row.number
                return {names[column]: column for column in sorted(names, reverse=True)}
            if not best_number or len(headings & set(names.values())) > len(
                headings & set(best.values())
            ):
                best, best_number = names, row.number
            above += 1
        found = list(best.values())
        missing = [heading for heading in self.declared.headings if heading not in found]
        raise OrderFileError(
            f"No row of the sheet has all declared columns; the nearest lacks {missing[0]}"
            f"{nearest(missing[0], found)}.",
            f"{self.file}, sheet {self.sheet.name}, row {best_number}",
            f"It has {shortened(', '.join(found))}; correct the columns, or the declared sheets.",
        )

    def lines(self, rows: Iterator[Row]) -> Iterator[list[str | None]]:
        """Yield the lines, and count the rows that are none."""
        header = {column: heading for heading, column in self.places.items()}
        for row in rows:
            place = f"{self.name}:{row.number}"
            empty_rows = row.number - self.number - 1
            if empty_rows:
                self.tally.count("empty rows stand between the lines", place, empty_rows)
            self.number = row.number
            if row.is_hidden:
                self.tally.count("hidden rows are read", place)
            if all(
                column in row.cells and " ".join(row.cells[column].text.split()) == heading
                for column, heading in header.items()
            ):
                self.tally.count("rows repeat the header, and are no lines", place)
            elif self.is_total(row):
                self.compare_total(row, place)
            else:
                yield self.line(row, place)

    def line(self, row: Row, place: str) -> list[str | None]:
        """Return the line that a row is."""
        values: list[str | None] = []
        for name, (heading, column) in zip(self.declared.names, self.places.items(), strict=True):
            cell = row.cells.get(column)
            if cell is None:
                values.append(None)
                continue
            if cell.kind == "formula":
                flaw = f"the formula {shortened(cell.text)} has no stored value"
                remedy = "Open the workbook, let it calculate, and save it."
                self.tally.count_unreadable(f"row {row.number} of {self.name}", flaw, remedy)
                whole = "\t".join(row.cells[each].text for each in sorted(row.cells))
                nothing = [None] * len(self.places)
                return [*nothing, place, "line_unreadable", self.declared.shown(whole)]
            if cell.kind == "error":
                self.tally.count("cells hold an error, and come as its text", place)
            if cell.kind == "number":
                if name in self.declared.date_columns:
                    cell = time_cell(float(cell.text), self.sheet.epoch, "") or cell
                else:
                    figure = Decimal(cell.text)
                    self.sums[heading] = [part + figure for part in self.sums[heading]]
            values.append(cell.text)
        return [*values, place, None, None]

    def is_total(self, row: Row) -> bool:
        """Tell whether a row begins with a word for a total, has figures, and lacks a value."""
        cells = [row.cells[column] for column in sorted(row.cells)]
        return (
            cells[0].text.strip(" :\u00a0\t\n").casefold() in self.total_words
            and all(
                cell.kind != "text" or not re.search(r"[^\W\d]", cell.text) for cell in cells[1:]
            )
            and not set(self.places.values()) <= set(row.cells)
        )

    def compare_total(self, row: Row, place: str) -> None:
        """Compare a row of totals with the rows above it."""
        self.tally.count("rows are totals, and no lines", place)
        for heading, column in self.places.items():
            cell = row.cells.get(column)
            if cell is None or cell.kind != "number":
                continue
            total = Decimal(cell.text)
            if all(abs(total - part) > TOLERANCE for part in self.sums[heading]):
                self.tally.count(
                    "totals differ from the sum of the rows above",
                    f"{place}, {heading} {total}, the rows {self.sums[heading][0]}",
                )
            self.sums[heading][1] = Decimal(0)
