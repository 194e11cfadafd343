"""JSON, as Shopify and GA4 export it: each item of each record is a line, and no record is lost."""

import json
import tracemalloc
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from also_bought.order_files import json_file
from also_bought.order_files.declaration import Declaration, OrderFileError
from also_bought.order_files.reading import read_order_files

COLUMNS = {
    "order_id": "id",
    "customer_id": "customer.id",
    "sku": "line_items.sku",
    "quantity": "line_items.quantity",
    "price": "line_items.price_set.shop.amount",
}
SHOPIFY = """
{"id": 9007199254740993, "customer": {"id": 12345678901234567890}, "line_items":
  [{"sku": "0042", "quantity": 2, "price_set": {"shop": {"amount": 19.90}}},
   {"sku": "K\\u00e4se", "quantity": 1e2, "price_set": null}]}
{"id": "O2", "customer": null, "line_items": []}
{"id": "O3", "line_items": null}
{"id": true, "customer": {}}
"""
READ = [
    ("9007199254740993", "12345678901234567890", "0042", "2", "19.90", "1:1"),
    ("9007199254740993", "12345678901234567890", "K\u00e4se", "1e2", None, "1:2"),
    ("O2", None, None, None, None, "2"),
    ("O3", None, None, None, None, "3"),
    ("true", None, None, None, None, "4"),
]


def read(
    folder: Path, content: str | bytes, format_: str = "json_lines", **options: object
) -> tuple[list[dict], list[str]]:
    """Return the lines of a file, and the warnings."""
    content = content.encode() if isinstance(content, str) else content
    (folder / "orders").write_bytes(content)
    options = {"columns": COLUMNS, "items": "line_items", "max_unreadable_share": 1} | options
    declared = Declaration("orders", format=format_, **options)
    warnings = read_order_files(declared, folder, folder / "lines")
    return pq.read_table(folder / "lines").to_pylist(), warnings


def records() -> list[str]:
    """Return the orders as texts, one line each."""
    return [line for line in SHOPIFY.replace("\n ", " ").split("\n") if line]


def brief(lines: list[dict], columns: object = COLUMNS) -> list[tuple[str | None, ...]]:
    """Return the values of lines, and their places in the file."""
    return [
        (*(line[name] for name in columns), line["source_row"].removeprefix("orders:"))
        for line in lines
    ]


def test_json_lines_with_items(tmp_path):
    lines, warnings = read(tmp_path, "\ufeff" + "\n".join(records()) + "\n")
    assert brief(lines) == READ
    assert warnings == ["orders: 3 records have no line_items; the first: orders:2."]


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    ("document", "where"),
    [
        ("[%s]", ""),
        ('{"orders": [%s]}', "orders"),
        ('{"a": [1, {"orders": 2}], "orders": [%s], "next": null}', "orders"),
        ('{"data": {"n": "[", "orders": [%s]}}', "data.orders"),
        ("\ufeff [ %s ] \n", ""),
    ],
)
def test_documents_and_their_envelopes(tmp_path, monkeypatch, document, where, size):
    """However few characters are read at a time."""
    monkeypatch.setattr(json_file, "CHARACTERS_AT_A_TIME", size)
    content = document % ",\n".join(records())
    lines, _ = read(tmp_path, content, "json", records=where)
    assert brief(lines) == READ


def test_what_is_no_record_is_shown_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(json_file, "CHARACTERS_AT_A_TIME", 2)
    lines, _ = read(tmp_path, '[1234, null, "ab"]', "json")
    assert [line["unreadable_text"] for line in lines] == ["1234", "null", '"ab"']


def test_a_document_may_be_one_order(tmp_path):
    lines, _ = read(tmp_path, json.dumps(json.loads(records()[0]), indent=2), "json")
    assert [line["sku"] for line in lines] == ["0042", "K\u00e4se"]


def test_records_without_items(tmp_path):
    content = '{"sku": "a", "n": 1}\n\n{"sku": "b"}\n{"sku": ""}'
    lines, warnings = read(tmp_path, content, columns=["sku", "n", "x"], items="")
    assert brief(lines, ["sku", "n", "x"]) == [
        ("a", "1", None, "1"),
        ("b", None, None, "3"),
        ("", None, None, "4"),
    ]
    assert warnings == ["orders: 1 files have no x in any record; the first: orders."]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"id": 1, "line_items": [', "line_unreadable"),
        (b'{"id": 1} {"id": 2}', "line_unreadable"),
        (b'[{"id": 1}]', "line_unreadable"),
        (b"null", "line_unreadable"),
        (b'{"id": 1, "id": 2}', "line_unreadable"),
        (b'{"id": {"a": 1}}', "line_unreadable"),
        (b'{"id": [1]}', "line_unreadable"),
        (b'{"id": "\\ud800"}', "line_unreadable"),
        (b'{"id": 1, "customer": "Ann"}', "line_unreadable"),
        (b'{"id": 1, "line_items": {"sku": "a"}}', "line_unreadable"),
        (b'{"id": 1, "line_items": ["a"]}', "line_unreadable"),
        (b'{"id": "\xe9"}', "line_encoding_invalid"),
        (b"[" * 100_000, "line_unreadable"),
    ],
)
def test_a_record_that_cannot_be_read_comes_with_its_text(tmp_path, line, problem):
    lines, _ = read(tmp_path, b'{"id": 0}\n' + line + b'\n{"id": 3}\n')
    assert [one["order_id"] for one in lines] == ["0", None, "3"]
    assert lines[1]["read_problem"] == problem
    assert lines[1]["unreadable_text"] == line.decode(errors="backslashreplace")[:1_000]


def test_a_key_twice_matters_where_it_is_read(tmp_path):
    lines, _ = read(tmp_path, '{"note": 1, "note": 2, "id": "O1"}')
    assert [(line["order_id"], line["read_problem"]) for line in lines] == [("O1", None)]


def test_one_bad_item_spoils_no_other(tmp_path):
    content = '{"id": "O1", "line_items": [{"sku": "a"}, {"sku": ["b"]}, {"sku": "c"}]}'
    lines, _ = read(tmp_path, content)
    assert [(line["sku"], line["source_row"], line["read_problem"]) for line in lines] == [
        ("a", "orders:1:1", None),
        (None, "orders:1:2", "line_unreadable"),
        ("c", "orders:1:3", None),
    ]


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "line_items", "x"]),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers()
                | st.sampled_from(["", "a", "\u00e9\u2028"]),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.sampled_from(["sku", "id"]), inner)
                ),
                max_leaves=6,
            ),
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_every_record_is_a_line(tmp_path_factory, values, is_ascii):
    """Both formats read the same of it."""
    folder = tmp_path_factory.mktemp("json")
    texts = [json.dumps(value, ensure_ascii=is_ascii) for value in values]
    options = {"may_be_empty": True}
    by_line, _ = read(folder, "\n".join(texts) or "\n", **options)
    document, _ = read(folder, f"[{','.join(texts)}]", "json", **options)
    assert by_line == document
    numbers = [int(line["source_row"].split(":")[1]) for line in by_line]
    assert sorted(set(numbers)) == list(range(1, len(values) + 1))


REFUSED = {
    "cut": ("[" + ",".join(records())[:-4], "json", {}, "The document cannot be read: "),
    "broken": ('[{"id": 1}, {"id" 2}]', "json", {}, "Expecting ':' delimiter"),
    "no_comma": ('[{"id": 1} {"id": 2}]', "json", {}, "'{' is where ',' should be"),
    "lines": ("\n".join(records()), "json", {}, "Declare format: 'json_lines'"),
    "document": ('[\n{"id": 1}\n]', "json_lines", {}, "Declare format: 'json'"),
    "pretty": ('{\n "id": 1\n}', "json_lines", {}, "Declare format: 'json'"),
    "envelope": ('{"orders": [{"id": 1}]}', "json", {}, "Declare records: 'orders'"),
    "no_such_key": (
        '{"orders": [{"id": 1}]}',
        "json",
        {"records": "order"},
        "there is no order (did you mean orders?)",
    ),
    "no_array": ('{"orders": 5}', "json", {"records": "orders"}, "there are no records: 5"),
    "nothing": ("[]", "json", {}, "The file holds no lines."),
    "utf_16": ('{"id": 1}'.encode("utf-16"), "json_lines", {}, "Declare encoding: 'utf-16'"),
    "gzip": (b"\x1f\x8b\x08\x00", "json", {}, "is a gzip file, but declared as JSON."),
    "unread_items": ('{"id": 1}', "json_lines", {"items": "items"}, "The option items is 'items'"),
    "too_many": (
        '{"id": 1}\n{"id"}',
        "json_lines",
        {"max_unreadable_share": 0.05},
        "the first is record orders:2: it is no JSON (Expecting ':' delimiter",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_three_lines(tmp_path, name):
    content, format_, options, message = REFUSED[name]
    with pytest.raises(OrderFileError) as refused:
        read(tmp_path, content, format_, **options)
    said = str(refused.value)
    assert message in said
    assert [line.split(":")[0] for line in said.splitlines()[1:]] == ["Where", "What to do"]


@pytest.mark.parametrize("format_", ["json", "json_lines"])
def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch, format_):
    monkeypatch.setattr(json_file, "LINES_AT_A_TIME", 1_000)
    monkeypatch.setattr(json_file, "CHARACTERS_AT_A_TIME", 100_000)
    order = json.dumps({"id": "O1", "note": "x" * 500, "line_items": [{"sku": "a"}] * 2})
    peaks = []
    for count in (3_000, 15_000):
        glue = "," if format_ == "json" else "\n"
        content = glue.join([order] * count)
        tracemalloc.start()
        (tmp_path / "orders").write_text(f"[{content}]" if format_ == "json" else content)
        del content
        tracemalloc.reset_peak()
        declared = Declaration("orders", COLUMNS, format=format_, items="line_items")
        read_order_files(declared, tmp_path, tmp_path / "lines")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]
