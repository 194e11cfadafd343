"""The sheets of an .xls file, as Excel wrote them until 2007."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlrd

from also_bought.order_files.sheet import (
    EPOCH_1900,
    EPOCH_1904,
    Cell,
    Row,
    Sheet,
    number_cell,
    time_cell,
)


@contextmanager
def xls_sheets(file: Path) -> Iterator[list[Sheet]]:
    """Give the sheets of an .xls file, in their order, while it is open."""
    with xlrd.open_workbook(str(file), logfile=io.StringIO(), formatting_info=True) as book:
        yield [xls_sheet(book, sheet) for sheet in book.sheets()]


def xls_sheet(book: xlrd.Book, worksheet: xlrd.sheet.Sheet) -> Sheet:
    """Return one sheet."""
    sheet = Sheet(
        name=worksheet.name,
        read_rows=lambda: xls_rows(book, worksheet, sheet),
        is_hidden=worksheet.visibility != 0,
        hidden_columns={
            number + 1 for number, column in worksheet.colinfo_map.items() if column.hidden
        },
        merged_until={(top + 1, left + 1): end for top, end, left, _ in worksheet.merged_cells},
        epoch=EPOCH_1904 if book.datemode else EPOCH_1900,
    )
    return sheet


def xls_rows(book: xlrd.Book, worksheet: xlrd.sheet.Sheet, sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of a sheet that have cells."""
    for number in range(worksheet.nrows):
        found: dict[int, Cell] = {}
        for column, cell in enumerate(worksheet.row(number), 1):
            if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                shown = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
                is_time = cell.ctype == xlrd.XL_CELL_DATE
                found[column] = (
                    is_time and time_cell(cell.value, sheet.epoch, shown)
                ) or number_cell(cell.value, shown)
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                found[column] = Cell("true" if cell.value else "false")
            elif cell.ctype == xlrd.XL_CELL_ERROR:
                found[column] = Cell(xlrd.error_text_from_code[cell.value], "error")
            elif cell.value != "":
                found[column] = Cell(cell.value)
        if found:
            row = worksheet.rowinfo_map.get(number)
            yield Row(number + 1, bool(row and row.hidden), found)
