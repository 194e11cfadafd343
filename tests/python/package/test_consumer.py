"""The consumer project in integration_tests/ builds, and cannot reach what is not public."""

import json

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


CHECKED = ("run", "--select", "few_returns", "order_checks", "order_lines")


def test_a_check_of_the_shop_warns_like_ours(shop):
    assert shop.rows(
        "select order_source, found, state, sentence from main_published.order_checks"
        " where check_name = 'few_returns' order by order_source"
    ) == [
        ("till", 0, "ok", "0 of 14 lines of till are returns; one in ten may be."),
        ("web", 0.125, "warn", "1 of 8 lines of web are returns; one in ten may be."),
    ]
    ((kind, in_plain_words),) = shop.rows(
        "select kind, in_plain_words from main_published.order_check_definitions"
        " where check_name = 'few_returns'"
    )
    assert kind == "check"
    assert in_plain_words.startswith("Do customers send back more")


def test_a_check_of_the_shop_stops_a_build_until_somebody_says_why_not(shop):
    stopping = {"also_bought__stopping_checks": ["few_returns"]}
    output = shop.dbt(*CHECKED, "--vars", json.dumps(stopping), succeeds=False)
    assert "1 of 8 lines of web are returns; one in ten may be." in output
    accepted = stopping | {"also_bought__accepted_checks": {"few_returns": "a wrong delivery"}}
    shop.dbt(*CHECKED, "--vars", json.dumps(accepted))
    assert shop.rows(
        "select order_source, accepted_because from main_published.order_checks"
        " where state = 'accepted'"
    ) == [("web", "a wrong delivery")]


CHECK = "models/checks/few_returns.sql"
FAULTS = "macros/line_faults.sql"
OWN_REASON = """
{% macro default__line_faults() %}
    {%- set faults = also_bought.default__line_faults() -%}
    {%- do faults.update({'bought_by_emil': {
        'condition': "lines.customer_id = 'emil'",
        'in_plain_words': 'Emil buys for a library.',
        'what_to_do': 'Nothing.',
    }}) -%}
    {{ return(faults) }}
{% endmacro %}
"""


@pytest.mark.parametrize(
    ("file", "old", "new", "message", "command"),
    [
        (
            "dbt_project.yml",
            "checks: [few_returns]",
            "checks: [few_return]",
            ["There is no model few_return in book_shop; the nearest is few_returns."],
            ("parse",),
        ),
        (
            "dbt_project.yml",
            "  also_bought__checks:",
            "  also_bought__stopping_checks: [few_return]\n  also_bought__checks:",
            ["it must be a list of some of: ", "few_returns"],
            ("parse",),
        ),
        (
            CHECK,
            "as is_wrong",
            "as is_wrung",
            ["few_returns lacks: is_wrong (the nearest it has is is_wrung)."],
            CHECKED,
        ),
        (
            CHECK,
            "10 * return_count > line_count as",
            "10 * return_count - line_count as",
            ["is_wrong of the input model few_returns is bigint, but it must be a boolean."],
            CHECKED,
        ),
        (
            FAULTS,
            "'in_plain_words'",
            "'in_words'",
            ["bought_by_emil of the rule line_faults lacks: in_plain_words", "is in_words", FAULTS],
            CHECKED,
        ),
    ],
)
def test_what_a_shop_s_own_check_or_reason_lacks_is_named(shop, file, old, new, message, command):
    path = shop.root / file
    before = path.read_text() if path.exists() else None
    path.write_text((before or OWN_REASON).replace(old, new))
    try:
        output = shop.dbt("--quiet", "--no-use-colors", *command, succeeds=False)
    finally:
        path.unlink() if before is None else path.write_text(before)
    assert all(part in output for part in message), output
    # One of them is dbt's own, where it has begun.
    assert len(output.strip().splitlines()) <= 6


def test_a_reason_of_the_shop_s_own_is_defined_like_ours(shop):
    path = shop.root / FAULTS
    path.write_text(OWN_REASON)
    try:
        tests = ("assert_every_verdict_reason_is_defined", "--indirect-selection", "empty")
        shop.dbt("build", "--select", "verdict_reasons", "+order_line_verdicts", *tests)
    finally:
        path.unlink()
    assert shop.rows(
        "select distinct verdict, in_plain_words from main_orders.order_line_verdicts"
        " inner join main_published.verdict_reasons using (verdict_reason, verdict)"
        " where verdict_reason = 'bought_by_emil'"
    ) == [("rejected", "Emil buys for a library.")]


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
