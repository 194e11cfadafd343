"""Workbooks as people send them: no row is lost, and what cannot be read is said in three lines."""

import re
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from ugly_workbooks import (
    COLUMNS,
    WRITERS,
    Error,
    Formula,
    Grid,
    Padded,
    ugly_workbook,
    write_xls,
    write_xlsx,
)

from also_bought.order_files.declaration import Declaration, OrderFileError
from also_bought.order_files.reading import read_order_files

KINDS = list(WRITERS)


def read(
    file: Path, columns: object = ("no", "qty"), **options: object
) -> tuple[list[dict], list[str]]:
    """Return the lines of a workbook, and the warnings."""
    target = file.parent / "lines.parquet"
    declared = Declaration(file.name, columns, format="workbook", **options)
    warnings = read_order_files(declared, file.parent, target)
    return pq.read_table(target).to_pylist(), warnings


def counted(oddity: str, warnings: list[str]) -> int:
    """Return how often a warning says that something was seen."""
    found = [re.search(rf": (\d+) {oddity}", warning) for warning in warnings]
    return sum(int(match[1]) for match in found if match)


@pytest.mark.parametrize("seed", range(30))
def test_no_row_of_an_ugly_workbook_is_lost(tmp_path, seed):
    file = tmp_path / f"acme.{KINDS[seed % 3]}"
    truth = ugly_workbook(file, seed)
    lines, warnings = read(
        file, COLUMNS, sheets=["Mai*"], date_columns=["ordered"], max_unreadable_share=1
    )
    assert [
        (line["source_row"].removeprefix(f"{file.name}:"), *(line[name] for name in COLUMNS))
        for line in lines
    ] == truth.lines
    assert [line["read_problem"] for line in lines] == [None] * len(lines)
    assert counted("rows are totals", warnings) == truth.totals
    assert counted("totals differ", warnings) == truth.wrong_totals
    assert counted("hidden rows are read", warnings) == truth.hidden_rows
    assert counted("empty rows stand", warnings) == truth.empty_rows
    assert f"Not declared for {file.name}, and not read: sheet Info" in warnings


def grid_of(*rows: tuple[object, ...], **kwargs: object) -> Grid:
    """Return a sheet that begins with a header."""
    grid = Grid(**kwargs)
    for number, row in enumerate([("no", "qty"), *rows]):
        grid.fill(number, *row)
    return grid


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_comes_as_it_is_shown(tmp_path, kind):
    values = {
        7: "7",
        1234567.5: "1234567.5",
        1e15: "1000000000000000",
        -3: "-3",
        Padded(42, "00000"): "00042",
        Padded(0, "000"): "000",
        "0042": "0042",
        " a  b ": " a  b ",
        "a\nb": "a\nb",
        True: "true",
        Error("#DIV/0!"): "#DIV/0!",
        date(2024, 2, 29): "2024-02-29",
        datetime(2024, 5, 1, 12, 0, 1): "2024-05-01 12:00:01",
        datetime(2024, 5, 1): "2024-05-01 00:00:00",
        timedelta(hours=9, minutes=30): "09:30:00",
    }
    file = tmp_path / f"orders.{kind}"
    WRITERS[kind](file, [grid_of(*((value, 1) for value in values))])
    lines, _ = read(file)
    assert [line["no"] for line in lines] == list(values.values())


@pytest.mark.parametrize("kind", KINDS)
def test_dates_of_both_systems(tmp_path, kind):
    file = tmp_path / f"orders.{kind}"
    for is_1904 in (False, True)[: 1 if kind == "ods" else 2]:
        days = (date(2024, 5, 1) - (date(1904, 1, 1) if is_1904 else date(1899, 12, 30))).days
        WRITERS[kind](file, [grid_of((date(2024, 5, 1), days), (days, days))], is_1904)
        lines, _ = read(file, date_columns=["qty"])
        assert [(line["no"], line["qty"]) for line in lines] == [
            ("2024-05-01", "2024-05-01"),
            (str(days), "2024-05-01"),
        ]


@pytest.mark.parametrize(
    ("number_format", "text"),
    [('"K-"0000', "K-0042"), ("00\\-00", "00-42"), ("0", "42"), ('0 "Stk"', "42"), ("00.00", "42")],
)
def test_zeros_in_front_make_a_code(tmp_path, number_format, text):
    for kind in ("xlsx", "xls"):
        file = tmp_path / f"orders.{kind}"
        WRITERS[kind](file, [grid_of((Padded(42, number_format), 1))])
        lines, _ = read(file)
        assert lines[0]["no"] == text


def change(file: Path, changes: dict[bytes, bytes]) -> None:
    """Change what a workbook says, as another program would have written it."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            for old, new in changes.items():
                content = content.replace(old, new)
            archive.writestr(name, content)


def test_a_carriage_return_is_one_however_it_is_written(tmp_path):
    file = tmp_path / "orders.xlsx"
    write_xlsx(file, [grid_of(("Ann Lee", 1))])
    change(file, {b"Ann Lee": b"Ann_x000D_Lee"})
    lines, _ = read(file)
    assert lines[0]["no"] == "Ann\rLee"


def test_a_formula_may_yield_nothing(tmp_path):
    file = tmp_path / "orders.xlsx"
    write_xlsx(file, [grid_of(("O1", 987654))])
    stored = b'<c r="B2"><v>987654</v></c>'
    change(file, {stored: b'<c r="B2" t="str"><f>IF(A2="","?","")</f><v></v></c>'})
    lines, _ = read(file)
    assert [(line["no"], line["qty"], line["read_problem"]) for line in lines] == [
        ("O1", None, None)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_equal_rows_are_lines_and_blank_ones_are_none(tmp_path, kind):
    file = tmp_path / f"orders.{kind}"
    WRITERS[kind](file, [grid_of(("O1", 1), ("O1", 1), (" ", None), ("O2", 1), ("\u00a0", " "))])
    lines, warnings = read(file)
    places = [(line["no"], line["source_row"].rpartition(":")[2]) for line in lines]
    assert places == [("O1", "2"), ("O1", "3"), ("O2", "5")]
    assert counted("empty rows stand", warnings) == 1


def test_a_whole_number_keeps_all_its_digits(tmp_path):
    """Programs write them, though Excel itself keeps 15."""
    file = tmp_path / "orders.xlsx"
    write_xlsx(file, [grid_of((123456, 1), (234567, 1), (345678, 1))])
    change(
        file,
        {
            b"<v>123456</v>": b"<v>12345678901234567890</v>",
            b"<v>234567</v>": b"<v>9007199254740993</v>",
            b"<v>345678</v>": b"<v>1.2345678901234567E+19</v>",
        },
    )
    lines, _ = read(file)
    assert [line["no"] for line in lines] == [
        "12345678901234567890",
        "9007199254740993",
        "12345678901234567000",
    ]


def test_a_formula_without_a_stored_value_is_a_line_that_cannot_be_read(tmp_path):
    """A program that calculates nothing wrote it."""
    book = openpyxl.Workbook()
    rows = [("O1", "a", "=1+1"), ("O2", "b", 2), ("Total", None, "=SUM(C2:C3)")]
    for row in (("no", "sku", "qty"), *rows):
        book.active.append(row)
    book.active.title = "Mai"
    book.save(tmp_path / "orders.xlsx")
    grid = Grid()
    for number, (no, sku, qty) in enumerate([("no", "sku", "qty"), *rows]):
        grid.fill(number, no, sku, Formula(qty, None) if str(qty).startswith("=") else qty)
    WRITERS["ods"](tmp_path / "orders.ods", [grid])
    for file in (tmp_path / "orders.xlsx", tmp_path / "orders.ods"):
        lines, warnings = read(file, ["no", "sku", "qty"], max_unreadable_share=0.5)
        assert lines[0] == {
            "no": None,
            "sku": None,
            "qty": None,
            "source_row": f"{file.name}:Mai:2",
            "read_problem": "line_unreadable",
            "unreadable_text": "O1\ta\t=1+1",
        }
        assert [line["qty"] for line in lines[1:]] == ["2"]
        assert counted("rows are totals", warnings) == 1
        with pytest.raises(OrderFileError, match=r"the formula =1\+1 has no stored value"):
            read(file, ["no", "sku", "qty"])


def test_what_looks_like_a_total_is_a_line_where_it_may_be_one(tmp_path):
    file = tmp_path / "orders.xlsx"
    write_xlsx(
        file,
        [
            grid_of(
                ("Total", 3), ("Total 0%", 2), ("O1", None), ("Total", None, "see Ann"), (None, 3)
            )
        ],
    )
    lines, warnings = read(file, total_words=["total"])
    assert [(line["no"], line["qty"]) for line in lines] == [
        ("Total", "3"),
        ("Total 0%", "2"),
        ("O1", None),
        ("Total", None),
        (None, "3"),
    ]
    assert not counted("rows are totals", warnings)


def test_words_for_totals_are_declared(tmp_path):
    file = tmp_path / "orders.xlsx"
    write_xlsx(file, [grid_of(("O1", 3, "x"), ("Netto:", None, 3), ("Total", None, 3))])
    lines, warnings = read(file, ["no", "qty"], total_words=["netto"])
    assert [line["no"] for line in lines] == ["O1", "Total"]
    assert counted("rows are totals", warnings) == 1


def test_the_difference_of_a_total_is_told(tmp_path):
    file = tmp_path / "orders.xlsx"
    rows = [("O1", "a", 3), ("O2", "b", 4), ("Total", None, 8)]
    grid = Grid()
    for number, row in enumerate([("no", "sku", "qty"), *rows]):
        grid.fill(number, *row)
    write_xlsx(file, [grid])
    _, warnings = read(file, ["no", "sku", "qty"])
    assert warnings == [
        "orders.xlsx: 1 rows are totals, and no lines; the first: orders.xlsx:Mai:4.",
        "orders.xlsx: 1 totals differ from the sum of the rows above; the first: "
        "orders.xlsx:Mai:4, qty 8, the rows 7.",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_sheets_columns_and_rows_are_read_and_counted(tmp_path, kind):
    file = tmp_path / f"orders.{kind}"
    hidden = grid_of(("O1", 3), name="Alt", is_hidden=True)
    hidden.hidden_rows, hidden.hidden_columns = {1}, {1}
    WRITERS[kind](file, [grid_of(("O2", 2)), hidden])
    lines, warnings = read(file, sheets=["Mai", "Alt"])
    assert [line["no"] for line in lines] == ["O2", "O1"]
    assert [
        counted(f"hidden {what} are read", warnings) for what in ("sheets", "columns", "rows")
    ] == [
        1,
        1,
        1,
    ]
    # Who declares no sheet means the one in sight.
    lines, warnings = read(file)
    assert [line["no"] for line in lines] == ["O2"]
    assert warnings == [f"Not declared for {file.name}, and not read: sheet Alt"]


def test_a_merged_cell_fills_the_rows_that_it_covers(tmp_path):
    grid = grid_of(("O1", 1), (None, 2), (None, None), (None, 3), merged=[(1, 3, 0)])
    for kind in KINDS:
        WRITERS[kind](tmp_path / f"orders.{kind}", [grid])
        lines, _ = read(tmp_path / f"orders.{kind}")
        assert [(line["no"], line["qty"]) for line in lines] == [
            ("O1", "1"),
            ("O1", "2"),
            (None, "3"),
        ]


def test_the_header_is_looked_for_below_what_is_skipped(tmp_path):
    file = tmp_path / "orders.xlsx"
    grid = Grid()
    for number, row in enumerate([("no", "qty"), ("kept in", "pieces"), ("no", "qty"), ("O1", 1)]):
        grid.fill(number, *row)
    write_xlsx(file, [grid])
    lines, warnings = read(file, skip_lines=1)
    assert [line["no"] for line in lines] == ["O1"]
    assert counted("rows stand above a header", warnings) == 2


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file that is no workbook."""
    file.write_bytes(content)


def encrypted(file: Path) -> None:
    """Write the beginning of what Excel writes with a password."""
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3_000))


def truncated(file: Path) -> None:
    """Write a workbook of which the end is missing."""
    write_xlsx(file, [grid_of(("O1", 1))])
    file.write_bytes(file.read_bytes()[:-200])


def without_its_sheet(file: Path) -> None:
    """Write an archive that lacks the sheet."""
    write_xlsx(file.with_suffix(".tmp"), [grid_of(("O1", 1))])
    with zipfile.ZipFile(file.with_suffix(".tmp")) as whole, zipfile.ZipFile(file, "w") as left:
        for name in whole.namelist():
            if "sheet1" not in name:
                left.writestr(name, whole.read(name))


REFUSED = {
    "html": (
        lambda f: write_bytes(f, b"<html><table>"),
        {},
        "not a workbook; it begins with '<html",
    ),
    "csv": (
        lambda f: write_bytes(f, b"no,qty\n1,2\n"),
        {},
        "not a workbook; it begins with 'no,qty",
    ),
    "password": (encrypted, {}, "The workbook cannot be read: "),
    "truncated": (truncated, {}, "The workbook cannot be read: "),
    "without_sheet": (without_its_sheet, {}, "The workbook cannot be read: "),
    "zip": (
        lambda f: zipfile.ZipFile(f, "w").writestr("a.csv", "no,qty"),
        {},
        "The workbook cannot be read: ",
    ),
    "two_sheets": (
        lambda f: write_xlsx(f, [grid_of(("O1", 1)), grid_of(("O2", 1), name="Juni")]),
        {},
        "has the sheets Mai, Juni; 2 of them hold something in sight",
    ),
    "no_such_sheet": (
        lambda f: write_xlsx(f, [grid_of(("O1", 1))]),
        {"sheets": ["mai"]},
        "has the sheets Mai; none is mai (did you mean Mai?)",
    ),
    "no_header": (
        lambda f: write_xlsx(f, [grid_of(("O1", 1))]),
        {"columns": ["no", "quantity"]},
        "the nearest lacks quantity",
    ),
    "two_columns_of_one_name": (
        lambda f: write_xlsx(f, [Grid(cells={(0, 0): "no", (0, 1): "qty", (0, 2): "Qty"})]),
        {},
        "differ only in case: Qty, qty",
    ),
    "a_header_alone": (lambda f: write_xlsx(f, [grid_of()]), {}, "The file holds no lines."),
    "nothing": (lambda f: write_xls(f, [Grid()]), {}, "0 of them hold something in sight"),
    "an_option_of_csv": (
        lambda f: write_xlsx(f, [grid_of(("O1", 1))]),
        {"delimiter": ";"},
        "delimiter says nothing about format: 'workbook'",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_three_lines(tmp_path, name):
    write, options, message = REFUSED[name]
    file = tmp_path / "orders.xlsx"
    write(file)
    with pytest.raises(OrderFileError) as refused:
        read(file, **options)
    said = str(refused.value)
    assert message in said
    assert [line.split(":")[0] for line in said.splitlines()[1:]] == ["Where", "What to do"]
    assert max(len(line) for line in said.splitlines()) < 320
