"""The consumer project in integration_tests/ builds, and cannot reach what is not public."""

import pytest
from dbt_project import Project, copy_repository


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the book shop after `dbt deps`."""
    root = tmp_path_factory.mktemp("consumer")
    copy_repository(root)
    shop = Project(root / "integration_tests", "book_shop.duckdb")
    shop.dbt("deps")
    return shop


def test_the_shop_builds_and_the_tests_of_both_projects_pass(shop):
    # The machine's time zone is none of the shop's: times must come out in UTC all the same.
    output = shop.dbt("build", "--no-partial-parse", TZ="America/New_York")
    assert "WARNING" not in output
    results = shop.results()
    assert set(results.values()) <= {"success", "pass"}
    assert {
        "order_line_verdicts_are_as_judged_by_hand",
        "user_neighbours_are_as_found_by_hand",
        "assert_demo_shop_is_absent",
        "assert_every_received_line_has_one_verdict",
        "assert_only_items_on_sale_are_recommended",
        "assert_user_neighbours_are_sound",
    } <= set(results)


def test_without_the_shop_s_own_rule_the_package_s_holds(shop):
    # That the shop's own holds is among the expectations by hand; line 12 of the till shows it.
    rule = shop.root / "macros" / "counts_as_purchase.sql"
    text = rule.read_text()
    rule.unlink()
    try:
        shop.dbt("build", "--select", "+order_line_verdicts", "+expected_verdicts", succeeds=False)
    finally:
        rule.write_text(text)
    assert "order_line_verdicts_are_as_judged_by_hand" in shop.failures()
    assert shop.rows(
        "select verdict, verdict_reason from main_orders.order_line_verdicts"
        " where order_source = 'till' and source_row = '12'"
    ) == [("cancelled", "order_unpaid")]


def test_private_models_cannot_be_read_even_by_joining_their_group(shop):
    model = shop.root / "models" / "spy.sql"
    spy = "{{{{ config(group='orders') }}}} select * from {{{{ ref('also_bought', '{}') }}}}"
    try:
        model.write_text(spy.format("checked_order_lines"))
        assert "which is not allowed" in shop.dbt("parse", succeeds=False)
        model.write_text(spy.format("order_lines"))
        shop.dbt("parse")
    finally:
        model.unlink()
