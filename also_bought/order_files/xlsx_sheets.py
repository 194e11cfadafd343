"""The sheets of an .xlsx file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.escape import unescape
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from also_bought.order_files.sheet import (
    EPOCH_1900,
    EPOCH_1904,
    Cell,
    Kind,
    Row,
    Sheet,
    number_cell,
    time_cell,
)

KINDS: dict[str, Kind] = {"e": "error", "f": "formula"}


class LayoutParser(WorkSheetParser):
    """Reads what a sheet says about rows, columns and merged cells, and no cell."""

    def parse_row(self, row: Any) -> None:
        """Leave the cells alone."""


class CellParser(WorkSheetParser):
    """Reads the cells of a sheet; a formula without a stored value comes as itself."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Return a cell."""
        cell: dict[str, Any] = super().parse_cell(element)
        formula = element.find(FORMULA_TAG)
        if cell["value"] is None and formula is not None:
            is_empty_text = element.get("t") == "str" and element.find(VALUE_TAG) is not None
            if not is_empty_text:
                cell |= {"value": f"={formula.text or ''}", "data_type": "f"}
        return cell


@contextmanager
def xlsx_sheets(file: Path) -> Iterator[list[Sheet]]:
    """Give the sheets of an .xlsx file, in their order, while it is open."""
    reader = ExcelReader(file, read_only=True, data_only=True)
    reader.read()
    book = reader.wb
    # openpyxl leaves out in silence what the archive lacks.
    lost = [sheet.name for sheet in reader.parser.sheets if sheet.name not in book.sheetnames]
    with closing(book):
        if lost:
            raise ValueError(f"the sheet {', '.join(lost)} is not where it should be")
        yield [xlsx_sheet(book, worksheet) for worksheet in book.worksheets]


def xlsx_sheet(book: Workbook, worksheet: ReadOnlyWorksheet) -> Sheet:
    """Return one sheet."""
    layout = LayoutParser(worksheet._get_source(), [])
    for _ in layout.parse():
        pass
    ranges = layout.merged_cells.mergeCell if layout.merged_cells else []
    sheet = Sheet(
        name=worksheet.title,
        read_rows=lambda: xlsx_rows(book, worksheet, sheet),
        is_hidden=worksheet.sheet_state != "visible",
        hidden_columns={
            number
            for column in layout.column_dimensions.values()
            if is_true(column.get("hidden"))
            for number in range(int(column["min"]), int(column["max"]) + 1)
        },
        merged_until={(area.min_row, area.min_col): area.max_row for area in ranges},
        epoch=EPOCH_1904 if book.epoch == EPOCH_1904 else EPOCH_1900,
    )
    return sheet


def xlsx_rows(book: Workbook, worksheet: ReadOnlyWorksheet, sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of a sheet that have cells."""
    # Without formats of dates, the parser leaves the numbers as they are.
    parser = CellParser(worksheet._get_source(), worksheet._shared_strings, data_only=True)

    @cache
    def number_format(style_id: int) -> str:
        number = book._cell_styles[style_id].numFmtId
        return (
            book._number_formats[number - 164]
            if number >= 164
            else BUILTIN_FORMATS.get(number, "General")
        )

    times = book._date_formats - book._timedelta_formats
    for number, cells in parser.parse():
        row = parser.row_dimensions.pop(str(number), {})
        found: dict[int, Cell] = {}
        for cell in cells:
            value, kind = cell["value"], cell["data_type"]
            if value is None or value == "":
                continue
            if kind == "n":
                shown = number_format(cell["style_id"])
                is_time = cell["style_id"] in times
                found[cell["column"]] = (
                    is_time and time_cell(value, sheet.epoch, shown)
                ) or number_cell(value, shown)
            elif kind == "b":
                found[cell["column"]] = Cell("true" if value else "false")
            elif kind == "d":
                found[cell["column"]] = Cell(str(value)[:19], "time")
            else:
                # A carriage return is written _x000D_.
                found[cell["column"]] = Cell(unescape(str(value)), KINDS.get(kind, "text"))
        if found:
            yield Row(number, is_true(row.get("hidden")), found)


def is_true(attribute: str | None) -> bool:
    """Tell whether an attribute of XML is true."""
    return attribute in ("1", "true")
