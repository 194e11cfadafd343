"""What the three kinds of workbook have in common: a sheet, its rows and cells, each as text."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

# Day 0 of the two systems in which a spreadsheet counts its days, from March 1900 on.
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
# What a number format shows as it stands: texts in quotes, escaped letters, what is in brackets.
LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
# A number format that pads with zeros makes a code out of the number: 000000, "K-"0000.
PADDING_FORMAT = re.compile(r'(?:"[^"]*"|\\.|[-+ ():]|0)*00(?:"[^"]*"|\\.|[-+ ():]|0)*')


Kind = Literal["text", "number", "time", "error", "formula"]


class Cell(NamedTuple):
    """A cell that is not empty; a formula is one without a stored value."""

    text: str
    kind: Kind = "text"


class Row(NamedTuple):
    """A row that has such cells, by the number of their columns."""

    number: int
    is_hidden: bool
    cells: dict[int, Cell]


@dataclass
class Sheet:
    """One sheet.

    Parameters
    ----------
    name : str
        What its tab says.
    read_rows : function
        Reads the rows that have cells, from the first, each time it is called.
    is_hidden, hidden_columns : bool, set of int
        What a person does not see.
    merged_until : dict
        The last row of each range of merged cells, by the row and column of its first cell. It is
        complete for a row when that is read.
    epoch : datetime.datetime
        Day 0 of the dates that are stored as numbers.
    """

    name: str
    read_rows: Callable[[], Iterator[Row]]
    is_hidden: bool = False
    hidden_columns: set[int] = field(default_factory=set)
    merged_until: dict[tuple[int, int], int] = field(default_factory=dict)
    epoch: datetime = EPOCH_1900

    def rows(self) -> Iterator[Row]:
        """Yield the rows that have a cell of their own, with what is merged into them."""
        merged: dict[int, tuple[int, Cell]] = {}
        for row in self.read_rows():
            if not any(cell.text.strip() for cell in row.cells.values()):
                continue
            below = {
                column: cell
                for column, (last, cell) in merged.items()
                if row.number <= last and column not in row.cells
            }
            for column, cell in row.cells.items():
                last = self.merged_until.get((row.number, column))
                if last:
                    merged[column] = (last, cell)
            yield row._replace(cells=row.cells | below) if below else row


def number_cell(value: float, number_format: str) -> Cell:
    """Return a number as text: whole ones exactly, others as a spreadsheet shows them."""
    if isinstance(value, float) and not math.isfinite(value):
        return Cell(str(value), "error")
    if value != int(value):
        return Cell(format(Decimal(f"{value:.15g}"), "f"), "number")
    # A float has 17 digits at most; those after them would be made up.
    digits = format(Decimal(repr(value)).to_integral(), "f")
    section = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)[0]
    if value < 0 or not PADDING_FORMAT.fullmatch(section):
        return Cell(digits, "number")
    pieces = re.findall(r'"[^"]*"|\\.|.', section)
    left = digits.rjust(pieces.count("0"), "0")
    shown: list[str] = []
    places = pieces.count("0")
    for piece in reversed(pieces):
        if piece == "0":
            places -= 1
            # The first place takes all that is left.
            shown.append(left[-1] if places else left)
            left = left[:-1]
        else:
            shown.append(piece.strip('"') if piece.startswith('"') else piece[-1])
    return Cell("".join(reversed(shown)))


def time_cell(serial: float, epoch: datetime, number_format: str) -> Cell | None:
    """Return the time of a serial number, to the second; None where that is no time.

    A day alone is `2024-05-01`, unless the format shows hours; a clock alone is `12:00:00`.
    """
    try:
        seconds = round(serial * 86_400)
        moment = epoch + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
    if serial < 0:
        return None
    shows_clock = re.search("[hs]", LITERALS.sub("", number_format).lower())
    if serial < 1 and seconds < 86_400:
        return Cell(moment.strftime("%H:%M:%S"), "time")
    if seconds % 86_400 == 0 and not shows_clock:
        return Cell(moment.date().isoformat(), "time")
    return Cell(moment.isoformat(" "), "time")
