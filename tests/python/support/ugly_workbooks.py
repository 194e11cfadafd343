"""Workbooks as people send them, made at random, with the lines that are really in them."""

import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import xlrd
import xlsxwriter
import xlwt

# Our names, and what the partner calls them.
COLUMNS = {
    "order_id": "Bestell-Nr.",
    "customer": "Kunde",
    "sku": "Artikel",
    "quantity": "Menge",
    "price": "Preis",
    "ordered": "Datum",
}

ERROR_CODES = {text: code for code, text in xlrd.error_text_from_code.items()}


class Padded(NamedTuple):
    """A number that is shown with leading zeros."""

    number: int
    number_format: str = "000000"


class Error(NamedTuple):
    """An error such as #N/A."""

    text: str


class Formula(NamedTuple):
    """A formula, with its stored value or without one."""

    text: str
    value: float | None


@dataclass
class Grid:
    """What a sheet holds; rows and columns count from 0."""

    name: str = "Mai"
    cells: dict[tuple[int, int], object] = field(default_factory=dict)
    is_hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    # (first row, last row, column)
    merged: list[tuple[int, int, int]] = field(default_factory=list)

    def fill(self, row: int, *values: object) -> None:
        """Put values into a row, from its first column on."""
        self.cells |= {(row, column): v for column, v in enumerate(values) if v is not None}


def write_xlsx(file: Path, grids: list[Grid], is_1904: bool = False) -> None:
    """Write an .xlsx file."""
    book = xlsxwriter.Workbook(str(file), {"date_1904": is_1904})
    formats = {
        shown: book.add_format({"num_format": shown})
        for shown in ("dd.mm.yyyy", "dd.mm.yyyy hh:mm", "hh:mm")
    }
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        if grid.is_hidden:
            sheet.hide()
        for first, last, column in grid.merged:
            sheet.merge_range(first, column, last, column, "")
        for row in grid.hidden_rows:
            sheet.set_row(row, None, None, {"hidden": True})
        for column in grid.hidden_columns:
            sheet.set_column(column, column, None, None, {"hidden": True})
        for (row, column), value in grid.cells.items():
            if isinstance(value, Padded):
                padded = book.add_format({"num_format": value.number_format})
                sheet.write_number(row, column, value.number, padded)
            elif isinstance(value, Error):
                sheet.write_formula(row, column, "=NA()", None, value.text)
            elif isinstance(value, Formula):
                # What is empty here has no stored value.
                sheet.write_formula(
                    row, column, value.text, None, "" if value.value is None else value.value
                )
            elif isinstance(value, datetime):
                sheet.write_datetime(row, column, value, formats["dd.mm.yyyy hh:mm"])
            elif isinstance(value, date):
                sheet.write_datetime(row, column, value, formats["dd.mm.yyyy"])
            elif isinstance(value, timedelta):
                sheet.write_number(row, column, value / timedelta(days=1), formats["hh:mm"])
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write(row, column, value)
    book.close()


def write_xls(file: Path, grids: list[Grid], is_1904: bool = False) -> None:
    """Write an .xls file. Its writer stores no value of a formula, so none is written."""
    book = xlwt.Workbook()
    book.dates_1904 = is_1904
    for grid in grids:
        sheet = book.add_sheet(grid.name)
        sheet.visibility = int(grid.is_hidden)
        for row in grid.hidden_rows:
            sheet.row(row).hidden = True
        for column in grid.hidden_columns:
            sheet.col(column).hidden = True
        tops = {(first, column): last for first, last, column in grid.merged}
        for (row, column), value in grid.cells.items():
            style = xlwt.XFStyle()
            if isinstance(value, Padded):
                style.num_format_str, value = value.number_format, value.number
            elif isinstance(value, datetime):
                style.num_format_str = "dd.mm.yyyy hh:mm"
            elif isinstance(value, date):
                style.num_format_str = "dd.mm.yyyy"
            elif isinstance(value, timedelta):
                style.num_format_str, value = "hh:mm", value / timedelta(days=1)
            elif isinstance(value, Formula):
                value = value.value
            if isinstance(value, Error):
                sheet.row(row).set_cell_error(column, ERROR_CODES[value.text])
            else:
                last = tops.get((row, column), row)
                sheet.write_merge(row, last, column, column, value, style)
    book.save(str(file))


def write_ods(file: Path, grids: list[Grid], is_1904: bool = False) -> None:
    """Write an .ods file as LibreOffice does: what is empty or equal is counted, not repeated."""
    names = ("office", "style", "table", "text")
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names
    )
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    tables = "".join(ods_table(grid) for grid in grids)
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces} xmlns:calcext="{calc}">'
        '<office:automatic-styles><style:style style:name="seen" style:family="table">'
        '<style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="unseen" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)


def ods_table(grid: Grid) -> str:
    """Return a sheet as XML."""
    last_row = max(row for row, _ in grid.cells)
    width = 1 + max(column for _, column in grid.cells)
    hidden = ' table:visibility="collapse"'
    columns = "".join(
        f"<table:table-column{hidden if column in grid.hidden_columns else ''}/>"
        for column in range(width)
    )
    spans = {(first, column): last - first + 1 for first, last, column in grid.merged}
    covered = {
        (row, column) for first, last, column in grid.merged for row in range(first + 1, last + 1)
    }
    rows = []
    for row in range(last_row + 1):
        cells = "".join(
            "<table:covered-table-cell/>"
            if (row, column) in covered
            else ods_cell(grid.cells.get((row, column)), spans.get((row, column), 1))
            for column in range(width)
        )
        seen = hidden if row in grid.hidden_rows else ""
        rows.append(f"<table:table-row{seen}>{cells}</table:table-row>")
    rows += ["<table:table-row><table:table-cell/></table:table-row>"] * 3
    content = "".join(
        same.replace("row", f'row table:number-rows-repeated="{len(list(rows))}"', 1)
        for same, rows in groupby(rows)
    )
    style = "unseen" if grid.is_hidden else "seen"
    name = quoteattr(grid.name)
    opening = f'<table:table table:name={name} table:style-name="{style}">'
    return f"{opening}{columns}{content}</table:table>"


def ods_cell(value: object, span: int) -> str:
    """Return a cell as XML."""
    kind, shown = "", ""
    if isinstance(value, Padded):
        kind = f'office:value-type="float" office:value="{value.number}"'
        shown = str(value.number).zfill(len(value.number_format))
    elif isinstance(value, Error):
        kind, shown = 'office:value-type="string" calcext:value-type="error"', value.text
    elif isinstance(value, Formula):
        kind = f"table:formula={quoteattr('of:' + value.text)}"
        if value.value is not None:
            kind, shown = f'{kind} office:value-type="float" office:value="{value.value}"', "1"
    elif isinstance(value, bool):
        kind = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind, shown = f'office:value-type="float" office:value="{value}"', f"{value:.2f}"
    elif isinstance(value, datetime | date):
        kind, shown = f'office:value-type="date" office:date-value="{value.isoformat()}"', "1.5.24"
    elif isinstance(value, timedelta):
        minutes = value // timedelta(minutes=1)
        clock = f"PT{minutes // 60:02}H{minutes % 60:02}M00S"
        kind = f'office:value-type="time" office:time-value="{clock}"'
    elif isinstance(value, str):
        kind = 'office:value-type="string"'
        shown = "<text:s/>".join(escape(value).split(" ")).replace("\n", "</text:p><text:p>")
    rows = f' table:number-rows-spanned="{span}"' if span > 1 else ""
    note = "<office:annotation><text:p>checked</text:p></office:annotation>" if shown else ""
    if value is None:
        return "<table:table-cell/>"
    return f"<table:table-cell {kind}{rows}>{note}<text:p>{shown}</text:p></table:table-cell>"


WRITERS: dict[str, Callable[..., None]] = {
    "xlsx": write_xlsx,
    "xls": write_xls,
    "ods": write_ods,
}


@dataclass
class UglyWorkbook:
    """A workbook that was written, and what is in it."""

    # Each line: the place, and the text of each column.
    lines: list[tuple[str | None, ...]]
    hidden_rows: int
    empty_rows: int
    totals: int
    wrong_totals: int


def ugly_workbook(file: Path, seed: int) -> UglyWorkbook:
    """Write a workbook of several sheets with one layout, and return what is in it."""
    chance = random.Random(seed)
    is_1904 = file.suffix != ".ods" and chance.random() < 0.3
    truth = UglyWorkbook([], 0, 0, 0, 0)
    grids = []
    for month in range(chance.randint(1, 3)):
        grid = Grid(f"Mai {month}", is_hidden=bool(month) and chance.random() < 0.3)
        write_sheet(grid, truth, chance, is_1904)
        grids.append(grid)
    grids.append(Grid("Info", {(0, 0): "Legende", (1, 0): "Bestell-Nr.", (1, 1): "erklärt"}))
    WRITERS[file.suffix[1:]](file, grids, is_1904)
    return truth


def write_sheet(grid: Grid, truth: UglyWorkbook, chance: random.Random, is_1904: bool) -> None:
    """Fill a sheet, and note what is in it."""
    order = chance.sample(list(COLUMNS), len(COLUMNS))
    if order[0] == "quantity":
        # The word for a total has its place before the figure.
        order.reverse()
    left = chance.randint(0, 2)
    places = {name: left + place for place, name in enumerate(order)}
    if chance.random() < 0.5:
        grid.fill(0, "Umsatzbericht Mai", None, 2024)
        grid.fill(1, "Partner:", "Acme & Söhne <GmbH>")
    row = chance.randint(2, 5)
    header = {(row, places[name]): name_as_sent(COLUMNS[name], chance) for name in COLUMNS}
    grid.cells |= header
    if chance.random() < 0.5:
        grid.hidden_columns.add(places["price"])
    sums = [0, 0]
    merged_rows = 0
    merged_customer = ""
    for number in range(chance.randint(5, 40)):
        row += 1
        if merged_rows == 0 and chance.random() < 0.1:
            gap = chance.randint(1, 3)
            row += gap
            truth.empty_rows += gap
        if merged_rows == 0 and chance.random() < 0.05:
            grid.cells |= {(row, column): value for (_, column), value in header.items()}
            row += 1
        line, texts, quantity = order_line(number, chance, is_1904)
        if merged_rows:
            merged_rows -= 1
            line["customer"], texts["customer"] = None, merged_customer
        elif chance.random() < 0.15:
            merged_rows = chance.randint(1, 4)
            merged_customer = texts["customer"]
            grid.merged.append((row, row + merged_rows, places["customer"]))
        sums = [part + quantity for part in sums]
        for name, value in line.items():
            if value is not None:
                grid.cells[row, places[name]] = value
        if chance.random() < 0.1:
            grid.hidden_rows.add(row)
            truth.hidden_rows += 1
        truth.lines.append((f"{grid.name}:{row + 1}", *(texts[name] for name in COLUMNS)))
        if merged_rows == 0 and chance.random() < 0.1:
            row += 1
            write_total(grid, row, "Zwischensumme", sums[1], places, truth, chance)
            sums[1] = 0
    # A range that is merged beyond the last line ends in empty rows, and those in none.
    row += merged_rows + 1
    truth.empty_rows += merged_rows
    write_total(
        grid, row, chance.choice(["Total", "SUMME:", "Gesamt "]), sums[0], places, truth, chance
    )


def write_total(
    grid: Grid,
    row: int,
    word: str,
    figure: int,
    places: dict[str, int],
    truth: UglyWorkbook,
    chance: random.Random,
) -> None:
    """Write a row of totals, sometimes a wrong one; the word stands before the figure."""
    truth.totals += 1
    if chance.random() < 0.2:
        figure += 1_000
        truth.wrong_totals += 1
    grid.cells[row, places["quantity"]] = figure
    grid.cells[row, min(places.values())] = word


def name_as_sent(name: str, chance: random.Random) -> str:
    """Return a heading with the blanks and breaks that people put into it."""
    return chance.choice([name, f" {name}", f"{name}\n"])


def order_line(
    number: int, chance: random.Random, is_1904: bool
) -> tuple[dict[str, object], dict[str, str | None], int]:
    """Return the cells of a line, their texts, and what its quantity adds to a sum of numbers."""
    day = date(2024, 5, 1) + timedelta(days=number % 28)
    clock = datetime(day.year, day.month, day.day, number % 24, 30, 5)
    serial = (day - (date(1904, 1, 1) if is_1904 else date(1899, 12, 30))).days
    quantity = number % 4 + 1
    choices: dict[str, list[tuple[object, str | None]]] = {
        "order_id": [(f"O{number}", f"O{number}"), (number + 1, str(number + 1))],
        "customer": [(f"K{number}", f"K{number}"), ("Total", "Total"), ("Zoë Öz", "Zoë Öz")],
        "sku": [
            (Padded(number), str(number).zfill(6)),
            (f"{number:05}", f"{number:05}"),
            (4006381333931, "4006381333931"),
            (Error("#N/A"), "#N/A"),
        ],
        "quantity": [
            (quantity, str(quantity)),
            (str(quantity), str(quantity)),
            (Formula("=1+1", quantity), str(quantity)),
        ],
        "price": [(19.99, "19.99"), (0.1 + 0.2, "0.3"), (5.0, "5"), ("5,00 €", "5,00 €")],
        "ordered": [
            (day, day.isoformat()),
            (clock, clock.isoformat(" ")),
            (serial, day.isoformat()),
            ("01.05.2024", "01.05.2024"),
        ],
    }
    drawn = {name: chance.choice(ways) for name, ways in choices.items()}
    adds = 0 if isinstance(drawn["quantity"][0], str) else quantity
    cells = {name: value for name, (value, _) in drawn.items()}
    return cells, {name: text for name, (_, text) in drawn.items()}, adds
