"""The sheets of an .ods file, as LibreOffice writes them."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse

from also_bought.order_files.sheet import Cell, Row, Sheet, number_cell

OFFICE, STYLE, TABLE, TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for name in ("office", "style", "table", "text")
)
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"


def ods_sheets(file: Path) -> list[Sheet]:
    """Return the sheets of an .ods file, in their order."""
    hidden_styles: set[str | None] = set()
    sheets: list[Sheet] = []
    style = ""
    table: Element | None = None
    columns: list[Element] = []
    with zipfile.ZipFile(file) as archive, archive.open("content.xml") as content:
        for event, element in iterparse(content, ("start", "end")):
            if event == "start":
                if element.tag == f"{STYLE}style":
                    style = element.get(f"{STYLE}name", "")
                elif element.tag == f"{TABLE}table" and table is None:
                    table, columns = element, []
            elif element.tag == f"{STYLE}table-properties":
                if element.get(f"{TABLE}display") == "false":
                    hidden_styles.add(style)
            elif element.tag == f"{TABLE}table-column":
                columns.append(element)
            elif element.tag == f"{TABLE}table-row":
                element.clear()
            elif element is table:
                sheets.append(ods_sheet(file, len(sheets), table, columns, hidden_styles))
                table = None
    return sheets


def ods_sheet(
    file: Path, index: int, table: Element, columns: list[Element], hidden_styles: set[str | None]
) -> Sheet:
    """Return one sheet."""
    hidden_columns: set[int] = set()
    number = 1
    for column in columns:
        repeated = int(column.get(f"{TABLE}number-columns-repeated", 1))
        if is_unseen(column):
            hidden_columns.update(range(number, number + repeated))
        number += repeated
    sheet = Sheet(
        name=table.get(f"{TABLE}name", ""),
        read_rows=lambda: ods_rows(file, index, sheet),
        is_hidden=table.get(f"{TABLE}style-name") in hidden_styles,
        hidden_columns=hidden_columns,
    )
    return sheet


def ods_rows(file: Path, index: int, sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of the sheet at `index` that have cells."""
    number = 1
    tables = -1
    depth = 0
    with zipfile.ZipFile(file) as archive, archive.open("content.xml") as content:
        for event, element in iterparse(content, ("start", "end")):
            if element.tag == f"{TABLE}table":
                # A table within a cell is none of the sheets.
                depth += 1 if event == "start" else -1
                tables += event == "start" and depth == 1
            elif event == "end" and element.tag == f"{TABLE}table-row" and depth == 1:
                repeated = int(element.get(f"{TABLE}number-rows-repeated", 1))
                if tables == index:
                    cells = ods_cells(element, number, sheet)
                    for each in range(number, number + repeated) if cells else ():
                        yield Row(each, is_unseen(element), cells)
                    number += repeated
                element.clear()


def ods_cells(row: Element, number: int, sheet: Sheet) -> dict[int, Cell]:
    """Return the cells of a row that are not empty, and note which of them go on below."""
    found: dict[int, Cell] = {}
    column = 1
    for element in row:
        if element.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        repeated = int(element.get(f"{TABLE}number-columns-repeated", 1))
        cell = ods_cell(element) if element.tag == f"{TABLE}table-cell" else None
        if cell:
            found |= dict.fromkeys(range(column, column + repeated), cell)
            rows = int(element.get(f"{TABLE}number-rows-spanned", 1))
            if rows > 1:
                sheet.merged_until[number, column] = number + rows - 1
        column += repeated
    return found


def ods_cell(element: Element) -> Cell | None:
    """Return a cell; None where it is empty."""
    shown = "\n".join(paragraph(part) for part in element.findall(f"{TEXT}p"))
    kind = element.get(f"{OFFICE}value-type")
    if element.get(f"{CALC}value-type") == "error":
        return Cell(shown, "error")
    if kind in ("float", "percentage", "currency"):
        value = element.get(f"{OFFICE}value", "")
        number = int(value) if re.fullmatch(r"[-+]?\d+", value) else float(value)
        cell = number_cell(number, "General")
        digits = re.sub(r"\D", "", shown)
        # What is padded with zeros is a code.
        is_code = (
            len(digits) > len(cell.text)
            and digits.lstrip("0") == cell.text.lstrip("0")
            and not re.search("[.,]", shown)
        )
        return Cell(shown) if is_code else cell
    if kind == "date":
        # To the second, as the other two kinds of workbook.
        return Cell(element.get(f"{OFFICE}date-value", "").replace("T", " ")[:19], "time")
    if kind == "time":
        clock = re.findall(r"\d+(?=[HMS.])", element.get(f"{OFFICE}time-value", ""))[:3]
        return Cell(":".join(part.zfill(2) for part in clock), "time")
    if kind == "boolean":
        return Cell(element.get(f"{OFFICE}boolean-value", ""))
    text = element.get(f"{OFFICE}string-value", shown)
    if kind is None and element.get(f"{TABLE}formula"):
        return Cell(element.get(f"{TABLE}formula", "").removeprefix("of:"), "formula")
    return Cell(text) if text else None


def paragraph(element: Element) -> str:
    """Return the text of a paragraph; its blanks and breaks are elements."""
    blanks = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
    text = element.text or ""
    for part in element:
        if part.tag in blanks:
            text += blanks[part.tag] * int(part.get(f"{TEXT}c", 1))
        elif not part.tag.startswith(OFFICE):
            text += paragraph(part)
        text += part.tail or ""
    return text


def is_unseen(element: Element) -> bool:
    """Tell whether a row or column is hidden, or filtered out."""
    return element.get(f"{TABLE}visibility", "visible") != "visible"
