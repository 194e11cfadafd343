"""Trouble with files, of many kinds: each is a small file here, read through the real models."""

import io
import json
import re
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from dbt_project import Project, copy_repository
from hypothesis import given
from hypothesis import strategies as st

from also_bought.order_files import csv_file
from also_bought.order_files.csv_file import CsvFile
from also_bought.order_files.declaration import Declaration, OrderFileError, Tally
from also_bought.order_files.reading import read_file, read_order_files

HEADER = "order_id,customer_id,product_id,quantity,ordered_at,status"
COLUMNS = HEADER.split(",")


def line(number: int, customer: str = "C1") -> str:
    """Return one good order line."""
    return f"O{number},{customer},P1,1,2024-05-01 12:00,paid"


def lines(count: int) -> list[str]:
    """Return a header and good lines."""
    return [HEADER, *(line(number) for number in range(count))]


def text(*parts: str) -> bytes:
    """Return the parts as the lines of a file."""
    return "".join(f"{part}\n" for part in parts).encode()


def parquet(**columns: pa.Array) -> bytes:
    """Return a Parquet file of good lines, with other columns where they are given."""
    table = {name: ["x", "x"] for name in COLUMNS} | {
        "order_id": ["O1", "O2"],
        "customer_id": ["C1", "C1"],
        "product_id": ["P1", "P1"],
        "quantity": ["1", "1"],
        "ordered_at": ["2024-05-01 12:00", "2024-05-01 12:00"],
        "status": ["paid", "paid"],
    }
    buffer = io.BytesIO()
    pq.write_table(pa.table(table | columns), buffer)
    return buffer.getvalue()


@dataclass
class Case:
    """The files of one order source, and what must come of them.

    Either `verdicts` (how many lines of each verdict or reason) or `error` (parts of the message).
    """

    files: dict[str, bytes]
    verdicts: dict[str, int] = field(default_factory=dict)
    error: tuple[str, ...] = ()
    warning: str = ""
    options: dict[str, object] = field(default_factory=dict)
    path: str = ""
    # What stands between the brackets of the call, where that is not made of the options.
    call: str = ""
    links: dict[str, str] = field(default_factory=dict)


def one(content: bytes, **kwargs: object) -> Case:
    """Return a case of one file."""
    return Case({"orders.csv": content}, **kwargs)


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Return a workbook of one sheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Mai")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def nested(*orders: dict[str, object]) -> bytes:
    """Return orders as lines of JSON."""
    return text(*(json.dumps(order) for order in orders))


TWO_KEPT = {"kept": 2}
PARQUET = {"format": "parquet"}
SEMICOLONS = text(*lines(2)).replace(b",", b";")
COMMENTED = text("# exported on Monday", "# by Ann", *lines(2))
ITEM = {"sku": "P1", "qty": 1, "at": "2024-05-01 12:00", "status": "paid"}
LATIN = [*lines(60), line(60, "Ren\u00e9"), line(61, "Zo\u00eb")]
HALF_READ = [*lines(60), "O60,C1,P1", line(61) + ",more"]

ACCEPTED = {
    "b29_byte_order_mark": one(b"\xef\xbb\xbf" + text(*lines(2)), verdicts=TWO_KEPT),
    "b30_latin_1_declared": one(
        "\n".join(LATIN).encode("latin-1"), verdicts={"kept": 62}, options={"encoding": "latin-1"}
    ),
    "b31_utf_16_declared": one(
        "\n".join(LATIN).encode("utf-16"), verdicts={"kept": 62}, options={"encoding": "utf-16"}
    ),
    "b32_one_bad_byte": one(
        text(*lines(40)) + b"O40,Ren\xe9,P1,1,2024-05-01 12:00,paid\n" + text(line(41)),
        verdicts={"kept": 41, "line_encoding_invalid": 1},
    ),
    "b33_few_lines_of_another_encoding": one(
        text(*LATIN) + "\n".join(LATIN[-2:]).encode("latin-1"),
        verdicts={"kept": 62, "line_encoding_invalid": 2},
    ),
    "b34_decoded_twice": one(
        text(HEADER, line(0, "caf\u00c3\u00a9"), line(1, "S\u00c3O")),
        verdicts=TWO_KEPT,
        warning="b34_decoded_twice/orders.csv: 1 lines look decoded twice",
    ),
    "b35_mixed_line_ends": one(
        text(HEADER + "\r", line(0), line(1) + "\r", line(2)), verdicts={"kept": 3}
    ),
    "b36_semicolons_declared": one(SEMICOLONS, verdicts=TWO_KEPT, options={"delimiter": ";"}),
    "b36_tabs_declared": one(
        SEMICOLONS.replace(b";", b"\t"), verdicts=TWO_KEPT, options={"delimiter": "\t"}
    ),
    "b37_fields_too_many_or_too_few": one(
        text(*HALF_READ), verdicts={"kept": 60, "line_unreadable": 2}
    ),
    "b38_unclosed_quote": one(
        text(*lines(97), 'O97,"C1,P1,1,2024-05-01 12:00,paid', line(98), line(99)),
        verdicts={"kept": 97, "line_unreadable": 3},
    ),
    "b39_comments_declared": one(COMMENTED, verdicts=TWO_KEPT, options={"skip_lines": 2}),
    "b40_footer": one(text(*lines(40), "Total,40"), verdicts={"kept": 40, "line_unreadable": 1}),
    "b42_may_be_empty": one(text(HEADER), options={"may_be_empty": True}),
    "rows_of_delimiters": one(
        text(*lines(2), ",,,,,", ' , ,"",,,', ",,", line(3), ",,,,,,,"),
        verdicts={"kept": 3},
        warning="rows_of_delimiters/orders.csv: 4 rows hold delimiters alone, and are no lines; "
        "the first: rows_of_delimiters/orders.csv:4.",
    ),
    "columns_without_a_name": one(
        text(HEADER + ",, ,note,Note", *(line(number) + ",,x,y,z" for number in range(2))),
        verdicts=TWO_KEPT,
        warning="Not declared for columns_without_a_name/orders.csv, and not read: note, Note",
    ),
    "columns_renamed": one(
        SEMICOLONS.replace(b"customer_id", b"Kunde"),
        verdicts=TWO_KEPT,
        options={
            "delimiter": ";",
            "columns": {n: "Kunde" if n == "customer_id" else n for n in COLUMNS},
        },
    ),
    "b46_new_column": one(
        text(HEADER + ",age", line(0) + ",42", line(1) + ",43"),
        verdicts=TWO_KEPT,
        warning="Not declared for b46_new_column/orders.csv, and not read: age",
    ),
    "b47_other_order": one(
        text(
            "status,customer_id,quantity,product_id,order_id,ordered_at",
            "paid,C1,1,P1,O1,2024-05-01 12:00",
            "paid,C1,1,P1,O2,2024-05-01 12:00",
        ),
        verdicts=TWO_KEPT,
    ),
    "b52_parquet": Case(
        {"orders.parquet": parquet(order_id=pa.array([1, 2]), quantity=pa.array([1, 2.5]))},
        # What is 1.0 in the file is no more a whole number than '1.0' in a CSV file.
        verdicts={"quantity_unreadable": 2},
        options=PARQUET,
    ),
    "b52_parquet_with_times": Case(
        {
            "orders.parquet": parquet(
                quantity=pa.array([1, 2], pa.int8()),
                ordered_at=pa.array([datetime(2024, 5, 1, 12)] * 2, pa.timestamp("us")),
            )
        },
        verdicts=TWO_KEPT,
        options=PARQUET,
    ),
    "a_partners_workbook": Case(
        {
            "mai.xlsx": workbook(
                ("Umsatz Mai",),
                ("Nr", "Kunde", "Artikel", "Menge", "Zeit", "Stand"),
                (1, "C1", "P1", 1, "2024-05-01 12:00", "paid"),
                (),
                (2, "C1", "P1", "1", "2024-05-01 12:00", "paid"),
                ("Total", "", "", 3),
            )
        },
        verdicts=TWO_KEPT,
        call="**var('partners')['acme']",
        warning="totals differ from the sum of the rows above; "
        "the first: a_partners_workbook/mai.xlsx:Mai:6, Menge 3, the rows 1.",
    ),
    "nested_items": Case(
        {
            "orders.jsonl": nested(
                {"id": 1, "customer": {"id": "C1"}, "line_items": [ITEM, ITEM | {"qty": 2}]},
                {"id": 2, "customer": {"id": "C1"}, "line_items": []},
            )
        },
        verdicts={"kept": 2, "product_id_missing": 1},
        options={
            "format": "json_lines",
            "items": "line_items",
            "columns": {
                "order_id": "id",
                "customer_id": "customer.id",
                "product_id": "line_items.sku",
                "quantity": "line_items.qty",
                "ordered_at": "line_items.at",
                "status": "line_items.status",
            },
        },
        warning="nested_items/orders.jsonl: 1 records have no line_items; "
        "the first: nested_items/orders.jsonl:2.",
    ),
    "b98_all_but_one": Case(
        {f"{day:05}.csv": text(HEADER, line(day)) for day in range(30)} | {"00030.csv": b""},
        verdicts={"kept": 30},
        path="*.csv",
        options={"skip_files": {"b98_all_but_one/00030.csv": "sent again on Monday"}},
        warning="The file b98_all_but_one/00030.csv is skipped: sent again on Monday",
    ),
}

REFUSED = {
    "b30_latin_1": one(
        "\n".join(LATIN).encode("latin-1"),
        error=("not in utf-8: byte 0xE9", "orders.csv, line 62", "Declare encoding: 'latin-1'"),
    ),
    "b31_utf_16": one(
        "\n".join(LATIN).encode("utf-16"), error=("looks like UTF-16", "encoding: 'utf-16'")
    ),
    "b33_mixed_encodings": one(
        text(HEADER, line(0, "Ren\u00e9")) + line(1, "Zo\u00eb").encode("latin-1"),
        error=("1 of 2 lines cannot be read; tolerated are 5.0%", "line 3 of", "byte 0xEB"),
    ),
    "b31_utf_16_declared_of_another": one(
        text(*lines(2)), options={"encoding": "utf-16"}, error=("cannot be read in utf-16: ",)
    ),
    "b36_semicolons": one(
        SEMICOLONS,
        error=("Expected columns order_id, cust", "found 'order_id;cust", "Declare delimiter: ';'"),
    ),
    "b38_unclosed_quote_above": one(
        text(*lines(2), 'O3,"C1', line(4)), error=("2 of 4 lines", "line 4 of", "Mend the file")
    ),
    "b39_comments": one(COMMENTED, error=("found '# exported on Monday'", "skip_lines: 2")),
    "b41_empty": one(b"", error=("The file is empty",)),
    "b42_header_only": one(text(HEADER), error=("The file holds no lines.", "may_be_empty")),
    "b43_no_header": one(
        text(*lines(2)[1:]), error=("found 'O0,C1,P1", "a file without a header needs one")
    ),
    "b44_missing": Case({}, error=("There is no such file", "b44_missing/*.csv"), path="*.csv"),
    "b44_missing_folder": Case(
        {"orders.csv": text(*lines(2))},
        error=("There is no folder", "b44_missing_folder/2025.", "b44_missing_folder/2025/*.csv"),
        path="2025/*.csv",
    ),
    "b45_missing_column": one(
        text(*(each.rpartition(",")[0] for each in lines(2))),
        error=("lacks the column status.", "model raw_b45_missing_column"),
    ),
    "b48_same_name": one(
        text(HEADER + ",status", line(0) + ",x"), error=("differ only in case: status.",)
    ),
    "b48_same_but_for_case": one(
        text(HEADER + ",Status", line(0) + ",x"), error=("differ only in case: Status, status",)
    ),
    "b49_renamed": one(
        text(HEADER.replace("customer_id", "CustomerID"), line(0)),
        error=("lacks the column customer_id (did you mean CustomerID?)",),
    ),
    "b51_gzip": one(b"\x1f\x8b\x08\x00", error=("is a gzip file, but declared as CSV",)),
    "b51_zip": one(b"PK\x03\x04", error=("is a zip file or a workbook, but declared as CSV",)),
    "b51_parquet": one(parquet(), error=("is a Parquet file, but declared as CSV",)),
    "b51_csv_for_parquet": one(
        text(*lines(2)),
        options=PARQUET,
        error=("The file is not Parquet; it begins with 'order_id,cust",),
    ),
    "b52_nested": one(
        parquet(quantity=pa.array([[1], [2]])), options=PARQUET, error=("quantity holds list<",)
    ),
    "b52_damaged": one(parquet()[:-20], options=PARQUET, error=("cannot be read as Parquet",)),
    "b52_damaged_header": one(
        parquet()[:-60] + b"\xff" * 52 + parquet()[-8:],
        options=PARQUET,
        error=("cannot be read as Parquet: Couldn't deserialize",),
    ),
    "b52_missing_column": one(
        parquet(status=pa.array([[1], [2]])).replace(b"status", b"Status"),
        options=PARQUET,
        error=("lacks the column status (did you mean Status?)",),
    ),
    "b53_outside": Case({}, path="../../secret.csv", error=("leads out of the input folder",)),
    "b53_absolute": Case({}, path="/etc/passwd", error=("leads out of the input folder",)),
    "b53_link": Case({}, links={"orders.csv": "../../../secret.csv"}, error=("a symbolic link",)),
    "no_pattern": Case({}, path="orders**.csv", error=("The path is no pattern.",)),
    "b98_one_of_many": Case(
        {f"{day:05}.csv": text(HEADER, line(day)) for day in range(30)} | {"00030.csv": b""},
        path="*.csv",
        error=("1 of 31 files", "b98_one_of_many/00030.csv: The file is empty", "skip_files"),
    ),
    "b98_two_of_many": Case(
        {f"{day:05}.csv": text(HEADER, line(day)) for day in range(30)}
        | {"00030.csv": b"", "00031.csv": b"PK\x03\x04"},
        path="*.csv",
        error=("2 of 32 files", "00030.csv: The file is empty", "00031.csv: The file is a zip"),
    ),
    "an_option_that_is_none": one(
        text(*lines(2)), options={"delimeter": ";"}, error=("no option delimeter", "delimiter?")
    ),
    "an_option_of_the_wrong_type": one(
        text(*lines(2)), options={"delimiter": 5}, error=("An option is of the wrong type.",)
    ),
    "an_option_that_makes_no_sense": one(
        text(*lines(2)),
        options={"encoding": "utf-88"},
        error=("encoding is 'utf-88'", "one that Python knows"),
    ),
    "columns_that_are_no_names": one(
        text(*lines(2)), options={"columns": [1, 2]}, error=("not a list of different names",)
    ),
    "a_path_that_is_no_text": one(
        text(*lines(2)), options={"path": 5}, error=("The option path is 5.",)
    ),
    "skipped_without_a_reason": one(
        text(*lines(2)), options={"skip_files": {"orders.csv": ""}}, error=("a reason for each",)
    ),
}

PROJECT = """
name: file_shop
version: 0.1.0
config-version: 2
profile: file_shop
flags: {{send_anonymous_usage_stats: false}}
vars:
  also_bought__order_sources: {sources}
  also_bought__products: stg_products
  also_bought__customers: null
  partners:
    acme:
      path: a_partners_workbook/*.xlsx
      format: workbook
      sheets: [Mai]
      columns:
        order_id: Nr
        customer_id: Kunde
        product_id: Artikel
        quantity: Menge
        ordered_at: Zeit
        status: Stand
"""
PROFILE = """
file_shop:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: file_shop.duckdb
      threads: 2
      plugins:
        - module: also_bought.duckdb_plugin
          config: {folder: input}
    without_plugin: {type: duckdb, path: file_shop.duckdb, schema: main}
    without_folder:
      type: duckdb
      path: file_shop.duckdb
      schema: main
      plugins: [{module: also_bought.duckdb_plugin, config: {folder: null}}]
"""
STAGING = """
select
    '{name}' as order_source,
    source_row,
    coalesce(unreadable_text, {{{{ also_bought.received_text({columns}) }}}}) as received_text,
    read_problem,
    -- Every source is a shop of its own here.
    '{name}' || order_id as order_id,
    cast(null as varchar) as order_line_id,
    {{{{ also_bought.clean_id('customer_id') }}}} as customer_id,
    {{{{ also_bought.clean_id('product_id') }}}} as product_id,
    {{{{ also_bought.parse_integer('quantity') }}}} as quantity,
    quantity as received_quantity,
    cast(null as decimal(18, 4)) as unit_price,
    {{{{ also_bought.map_status('status', {{'completed': ['paid']}}) }}}} as order_status,
    {{{{ also_bought.parse_timestamp('ordered_at', [
        '%Y-%m-%d %H:%M', '%Y-%m-%d %H:%M:%S'
    ]) }}}} as ordered_at,
    ordered_at as received_ordered_at,
    cast(null as timestamp) as updated_at
from {{{{ ref('raw_{name}') }}}}
"""
PRODUCTS = """
select
    'P1' as product_id, 'Bread' as product_name, 'Food' as category, true as is_merchandise,
    cast(null as date) as launched_on, cast(null as date) as discontinued_on,
    true as is_in_stock, false as is_blocked
"""


def write_case(shop: Path, folder: str, name: str, case: Case) -> None:
    """Write the files of a case and the model that reads them."""
    (shop / "input" / name).mkdir(parents=True)
    for file, content in case.files.items():
        (shop / "input" / name / file).write_bytes(content)
    for link, target in case.links.items():
        (shop / "input" / name / link).symlink_to(target)
    path = case.path or next(iter({**case.files, **case.links}))
    path = path if path.startswith(("/", "..")) else f"{name}/{path}"
    options = {"path": path, "columns": COLUMNS} | case.options
    arguments = case.call or ", ".join(f"{option}={value!r}" for option, value in options.items())
    (shop / "models" / folder / f"raw_{name}.sql").write_text(
        "{{ config(materialized='table') }}\n"
        f"{{{{ also_bought.read_order_files({arguments}) }}}}\n"
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a shop whose order tables are files, built as far as the orders."""
    root = tmp_path_factory.mktemp("files")
    copy_repository(root / "also_bought")
    folder = root / "shop"
    for models in ("accepted", "refused"):
        (folder / "models" / models).mkdir(parents=True)
    (folder / "packages.yml").write_text("packages: [{local: ../also_bought}]\n")
    sources = [f"stg_{name}" for name in ACCEPTED]
    (folder / "dbt_project.yml").write_text(PROJECT.format(sources=sources))
    (folder / "profiles.yml").write_text(PROFILE)
    (folder / "models" / "stg_products.sql").write_text(PRODUCTS)
    (root / "secret.csv").write_bytes(text(*lines(2)))
    for name, case in ACCEPTED.items():
        write_case(folder, "accepted", name, case)
        (folder / "models" / "accepted" / f"stg_{name}.sql").write_text(
            STAGING.format(name=name, columns=COLUMNS)
        )
    for name, case in REFUSED.items():
        write_case(folder, "refused", name, case)
    project = Project(folder, "file_shop.duckdb")
    project.dbt("deps")
    orders = ("+order_audit", "+rejected_order_lines")
    project.dbt("build", "--select", *orders, "--indirect-selection", "buildable")
    shutil.copy(project.output, folder / "build.txt")
    return project


@pytest.fixture(scope="module")
def refusals(shop: Project) -> str:
    """Return what dbt prints about the files that must be refused; one was good before."""
    (shop.root / "input" / "b29_byte_order_mark" / "orders.csv").write_bytes(b"")
    return shop.dbt(
        "run", "--select", "path:models/refused", "raw_b29_byte_order_mark", succeeds=False
    )


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(shop, name):
    case = ACCEPTED[name]
    verdicts = shop.rows(
        "select case when verdict = 'rejected' then verdict_reason else verdict end, count(*)"
        f" from main_orders.order_line_verdicts where order_source = '{name}' group by all"
    )
    assert dict(verdicts) == case.verdicts
    if case.warning:
        assert case.warning in (shop.root / "build.txt").read_text()


def test_every_source_conserves_its_lines(shop):
    received = shop.rows("select sum(received_lines) from main_published.order_audit")
    assert received == [(sum(sum(case.verdicts.values()) for case in ACCEPTED.values()),)]
    assert shop.rows("select count(*) from main.raw_b42_may_be_empty") == [(0,)]
    types = shop.rows("select distinct data_type from duckdb_columns() where table_name ~ '^raw_'")
    assert types == [("VARCHAR",)]


def test_a_line_that_cannot_be_read_is_shown_with_its_place(shop):
    assert shop.rows(
        "select source_row, received_text from main_orders.rejected_order_lines"
        " where verdict_reason like 'line%' and order_source ~ 'b32|b38|b40' order by all"
    ) == [
        ("b32_one_bad_byte/orders.csv:42", r"O40,Ren\xe9,P1,1,2024-05-01 12:00,paid"),
        ("b38_unclosed_quote/orders.csv:100", line(98)),
        ("b38_unclosed_quote/orders.csv:101", line(99)),
        ("b38_unclosed_quote/orders.csv:99", 'O97,"C1,P1,1,2024-05-01 12:00,paid'),
        ("b40_footer/orders.csv:42", "Total,40"),
    ]


def test_without_its_mark_the_file_is_as_with_it(shop):
    # The header was compared, too: a mark in the first name would have been refused.
    assert shop.rows("select order_id from main.raw_b29_byte_order_mark") == [("O0",), ("O1",)]


def test_a_refused_file_leaves_the_table_as_it_was(shop, refusals):
    assert "The file is empty" in message_about("b29_byte_order_mark", refusals)
    assert shop.rows("select count(*) from main.raw_b29_byte_order_mark") == [(2,)]


def message_about(name: str, output: str) -> str:
    """Return what dbt prints about the failure of one model."""
    plain = re.sub(r"\x1b\[\d+m", "", output)
    plain = re.sub(r"^\d\d:\d\d:\d\d +", "", plain, flags=re.MULTILINE)
    (message,) = re.findall(rf"Failure in model raw_{name} .*\n((?:.+\n)+)", plain)
    return message


@pytest.mark.parametrize("name", REFUSED)
def test_refused(refusals, name):
    message = message_about(name, refusals)
    for part in REFUSED[name].error:
        assert part in message
    assert len(message.strip().splitlines()) <= 5
    assert "  Where: " in message
    assert "  What to do: " in message
    assert "Traceback" not in refusals


def test_without_the_plugin_the_profile_is_named_and_compiling_works(shop):
    select = ("--select", "raw_b35_mixed_line_ends", "--target", "without_plugin")
    message = message_about("b35_mixed_line_ends", shop.dbt("run", *select, succeeds=False))
    assert "Where: profiles.yml, target without_plugin" in message
    assert "plugins: [{module: also_bought.duckdb_plugin}]" in message
    assert "where false" in shop.dbt("compile", *select)


def test_an_input_folder_that_is_no_text_is_refused(shop):
    select = ("--select", "raw_b35_mixed_line_ends", "--target", "without_folder")
    message = message_about("b35_mixed_line_ends", shop.dbt("run", *select, succeeds=False))
    assert "The input folder is no text: null." in message
    assert "Where: profiles.yml, the config of the plugin" in message


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_bytes(text(*lines(3)))
    reading = read_file(Declaration("orders.csv", tuple(COLUMNS)), file, "orders.csv", Tally())
    next(reading)
    with file.open("ab") as stream:
        stream.write(text(line(4)))
    with pytest.raises(OrderFileError, match="changed while it was read"):
        list(reading)


def test_personal_columns_leave_out_the_whole_line():
    declared = Declaration("orders.csv", ("email",), personal_columns=("email",))
    assert declared.shown("ann@example.com,1,2\n") == "(left out)"


@pytest.mark.parametrize(
    ("ending", "encoding", "problem", "shown"),
    [
        (b"1,2\x81", "cp1252", "line_encoding_invalid", r"1,2\x81"),
        (b"\xd8", "utf-16-le", "line_encoding_invalid", r"\xd8"),
        (b"1," + b"x" * 3_000_000, "utf-8", "line_unreadable", "1," + "x" * 998),
    ],
)
def test_any_unreadable_line_can_be_shown(tmp_path, ending, encoding, problem, shown):
    file = tmp_path / "orders.csv"
    file.write_bytes("a,b\n1,2\n".encode(encoding) + ending)
    declared = Declaration("orders.csv", ("a", "b"), encoding=encoding)
    _, row = [line for batch in read_file(declared, file, "f", Tally()) for line in rows(batch)]
    assert row == {"a": None, "b": None, "source_row": "f:3"} | {
        "read_problem": problem,
        "unreadable_text": shown,
    }


class RecordByRecord(CsvFile):
    """A file of which every line is read the slow way."""

    def plain_batch(self, block: str) -> None:
        """Leave every block to the other way."""


PIECES = [
    "a",
    "1",
    ",",
    ",",
    ",\n",
    "\n",
    "\n",
    "\r\n",
    '"',
    '"',
    '""',
    " ",
    "\u00e9",
    "\x00",
    'x,"q"\n',
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=14), st.booleans(), st.sampled_from([1, 4, 1 << 20])
)
def test_both_ways_of_reading_a_csv_file_give_the_same_lines(
    tmp_path_factory, pieces, has_bad_byte, block_size
):
    file = tmp_path_factory.mktemp("ways") / "orders.csv"
    file.write_bytes(("a,b\n" + "".join(pieces)).encode() + b"\xe9,2" * has_bad_byte)
    declared = Declaration("orders.csv", ("b", "a"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK_SIZE", block_size)
        quick, slow = (
            [row for batch in kind(declared, file, "f", Tally()).batches() for row in rows(batch)]
            for kind in (CsvFile, RecordByRecord)
        )
    assert quick == slow


def rows(batch: pa.RecordBatch) -> list[dict]:
    """Return the rows of a batch."""
    return batch.to_pylist()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", ["orders[1]", "orders{1}", "orders?", "orders*", "o'(1) {{ x }}"])
def test_a_file_is_read_by_its_name_whatever_that_looks_like(tmp_path, name, kind):
    """The files beside it would be read if the name were taken for a pattern."""
    for file in (name, "orders1", "orders2"):
        table = pa.table({"order_id": [file]})
        if kind == "csv":
            (tmp_path / f"{file}.csv").write_bytes(text("order_id", file))
        else:
            pq.write_table(table, tmp_path / f"{file}.parquet")
    declared = Declaration(f"{name}.{kind}", ["order_id"], format=kind)
    read_order_files(declared, tmp_path, tmp_path / "lines")
    assert pq.read_table(tmp_path / "lines").to_pylist() == [
        {"order_id": name, "source_row": f"{name}.{kind}:{1 if kind == 'parquet' else 2}"}
        | {"read_problem": None, "unreadable_text": None}
    ]


def test_brackets_in_a_pattern_are_brackets(tmp_path):
    for file in ("orders[1]_a.csv", "orders[1]_b.csv", "orders1_c.csv"):
        (tmp_path / file).write_bytes(text("order_id", file))
    read_order_files(Declaration("orders[1]_*.csv", ["order_id"]), tmp_path, tmp_path / "lines")
    read = pq.read_table(tmp_path / "lines")["order_id"].to_pylist()
    assert read == ["orders[1]_a.csv", "orders[1]_b.csv"]


def test_blocks_of_good_lines_are_left_to_arrow(tmp_path):
    """The other way takes four times as long, and nobody would see it."""
    good = [*lines(3), 'O3,"C,1",P1,1,,', ",C1,P1,1,2024-05-01,paid"]
    for block, is_plain in (text(*good), True), (text(*good, ",,,,,"), False):
        file = CsvFile(Declaration("f", COLUMNS), tmp_path, "f", Tally())
        file.header = COLUMNS
        assert (file.plain_batch(block.decode()) is not None) is is_plain


def test_many_files_are_one_source(tmp_path):
    (tmp_path / "days").mkdir()
    for day in range(1_000):
        (tmp_path / "days" / f"{day:05}.csv").write_bytes(text(HEADER, line(day)))
    declared = Declaration("days/*.csv", tuple(COLUMNS))
    read_order_files(declared, tmp_path, tmp_path / "lines.parquet")
    read = pq.read_table(tmp_path / "lines.parquet", columns=["order_id", "source_row"])
    assert read.num_rows == 1_000
    assert read.slice(999).to_pylist() == [{"order_id": "O999", "source_row": "days/00999.csv:2"}]


READER = """
    import json
    import sys

    from also_bought.duckdb_plugin import Plugin

    plugin = Plugin("files", {"folder": sys.argv[1]})
    read = json.loads(plugin.read(json.dumps({"path": "orders.csv", "columns": ["order_id"]})))
    print(read["file"], flush=True)
    input()
    """


def test_copies_that_a_killed_process_left_are_removed_by_the_next(tmp_path, monkeypatch):
    """Those of a process that lives, and folders of other names, stay."""
    (tmp_path / "orders.csv").write_bytes(text(*lines(3)))
    temporary = tmp_path / "temporary"
    (temporary / "also_bought_of_somebody").mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(temporary))

    def reader() -> tuple[subprocess.Popen, Path]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(READER), str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return process, Path(process.stdout.readline().strip())

    (killed, left), (living, kept) = reader(), reader()
    killed.kill()
    killed.communicate()
    assert left.is_file()
    following, copy = reader()
    assert not left.parent.exists()
    assert kept.is_file()
    assert copy.is_file()
    for process in (living, following):
        process.communicate("\n")
        assert process.returncode == 0
    assert [folder.name for folder in temporary.iterdir()] == ["also_bought_of_somebody"]
