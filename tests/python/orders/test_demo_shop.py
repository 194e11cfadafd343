"""The demo shop: its generator writes the committed files, and its truth covers every line."""

import csv
import importlib.util
import sys
from collections import Counter

import pytest
from dbt_project import REPOSITORY

SHOP = REPOSITORY / "seeds" / "demo_shop"
TABLES = {"orders_v2": "row_id", "orders_final": "RowId", "orders_final_final": "_row"}
REASONS = {
    "kept": {""},
    "duplicate": {"same_line_again"},
    "superseded": {"lower_precedence_source", "older_version"},
    "cancelled": {
        "order_cancelled",
        "order_refunded",
        "order_unpaid",
        "order_draft",
        "order_fraudulent",
        "return_matched",
        "fully_returned",
    },
    "rejected": {
        "customer_id_missing",
        "customer_id_unusable",
        "product_id_missing",
        "product_id_unusable",
        "ordered_at_missing",
        "ordered_at_unreadable",
        "ordered_at_out_of_range",
        "quantity_missing",
        "quantity_unreadable",
        "quantity_zero",
        "unit_price_not_positive",
        "order_status_unknown",
        "customer_excluded",
        "product_not_in_catalogue",
        "product_not_merchandise",
        "contradiction_unresolved",
        "return_without_purchase",
    },
}
PLANTED = """
    clean same_line_in_newer_table
    order_missing_in_newer_table line_missing_in_newer_table damaged_in_newer_table
    stands_in_for_newer_table line_id_missing
    exact_copy state_log touched_again older_version cancelled_version contradiction
    two_lines_of_one_product
    corrected_quantity corrected_price corrected_customer corrected_product
    reinstated_later cancelled_later refunded_later
    cancelled_order refunded_order unpaid_order draft_order fraudulent_order
    returned_in_full returned_in_part returned_in_two_parts return_larger_than_purchase
    return_over_two_purchases return_without_purchase
    customer_id_missing customer_id_unusable product_id_missing product_id_unusable
    date_missing date_unreadable date_out_of_range
    quantity_missing quantity_unreadable quantity_zero price_not_positive price_missing
    status_unknown product_unknown two_faults voucher_redeemed
    postage voucher fee guest_account test_account staff_account
    blank_in_id combining_accent odd_quantity very_large_quantity
"""


def read(name: str) -> list[dict[str, str]]:
    """Read a committed file of the shop."""
    with (SHOP / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def truth() -> list[dict[str, str]]:
    """Return the committed truth."""
    return read("demo_shop_truth")


def test_generator_reproduces_the_committed_files(tmp_path, monkeypatch):
    """Every CSV file of the folder comes out of the generator, byte for byte."""
    spec = importlib.util.spec_from_file_location("demo_shop_generate", SHOP / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, generate)
    spec.loader.exec_module(generate)
    generate.write_shop(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in SHOP.glob("*.csv")}
    assert sorted(written) == sorted(committed)
    changed = [name for name, content in written.items() if content != committed[name]]
    assert changed == []


def test_truth_covers_each_received_line_exactly_once(truth):
    """The truth and the three order tables name the same lines, none of them twice."""
    received = Counter(
        (table, row[row_id]) for table, row_id in TABLES.items() for row in read(f"raw_{table}")
    )
    told = Counter((row["order_source"], row["source_row"]) for row in truth)
    assert max(received.values()) == 1
    assert told == received


def test_every_verdict_and_reason_occurs_several_times(truth):
    """Each pair of verdict and reason is there at least five times, and no other pair."""
    counts = Counter((row["verdict"], row["verdict_reason"]) for row in truth)
    assert set(counts) == {(verdict, reason) for verdict in REASONS for reason in REASONS[verdict]}
    assert {pair: count for pair, count in counts.items() if count < 5} == {}


def test_every_kind_of_mess_is_planted(truth):
    """Each kind of mess is there at least three times, and all kinds are listed here."""
    counts = Counter(row["planted"] for row in truth)
    assert set(counts) == set(PLANTED.split())
    assert {planted: count for planted, count in counts.items() if count < 3} == {}


def test_shop_is_of_the_promised_size():
    """A few thousand lines, and less than 1 MB in all."""
    received = sum(len(read(f"raw_{table}")) for table in TABLES)
    assert 5_000 <= received <= 6_000
    assert sum(path.stat().st_size for path in SHOP.iterdir() if path.is_file()) < 1_000_000
