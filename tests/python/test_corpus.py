"""Bad lines: each case of integration_tests/corpus/lines.yml, and those that need a build alone."""

import json
from collections import Counter
from decimal import Decimal

import duckdb
import pytest
from corpus import CASES_FILE, Case, Outcome, corpus_project, read_cases, write_raw_tables
from dbt_project import Project

CASES = read_cases(CASES_FILE.read_text())
TO_ORDER_LINES = ("run", "--select", "+order_lines")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Return the tables of one build of all cases."""
    project = corpus_project(tmp_path_factory.mktemp("corpus"), max_rejected_share=1)
    write_raw_tables(project, CASES)
    project.dbt("build")
    return Outcome(project)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project for the cases that stop a build, or need a shop of their own."""
    return corpus_project(tmp_path_factory.mktemp("alone"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.name} {case.says}" for case in CASES])
def test_case(outcome: Outcome, case: Case):
    for source_rows, expected in case.expected:
        assert Counter(map(outcome.outcomes.get, source_rows)) == expected
    for claim, condition in case.holds.items():
        assert outcome.holds(condition), claim
    for text in case.nowhere:
        assert outcome.tables_with(text) == []
    assert outcome.warnings(case) == case.warnings


def test_every_line_of_every_case_is_judged_once(outcome: Outcome):
    received = Counter(row for case in CASES for row in case.source_rows)
    judged = outcome.rows("select source_row, count(*) from order_line_verdicts group by all")
    assert dict(judged) == received


def build(
    project: Project, lines: str, *command: str, stops: bool = False, **variables: object
) -> str:
    """Build a shop that has the lines of one case and nothing else; return what dbt printed."""
    project.database.unlink(missing_ok=True)
    write_raw_tables(project, read_cases(f"alone: {{says: '', {lines}}}"))
    given = json.dumps({f"also_bought__{name}": value for name, value in variables.items()})
    return project.dbt("--quiet", *command, "--vars", given, succeeds=not stops)


def refusal(project: Project, lines: str, *command: str, **variables: object) -> list[str]:
    """Build a shop that must be refused; return the error's lines, of which five are allowed."""
    output = build(project, lines, *(command or TO_ORDER_LINES), stops=True, **variables)
    error = [line.strip() for line in output.split("Runtime Error in model")[-1].splitlines()]
    message = [line for line in error[1:] if line]
    assert len(message) <= 5, output
    assert "Traceback" not in output
    return message


def tables(project: Project, lines: str) -> Outcome:
    """Build a shop to its end, but for the tests, and return its tables."""
    build(project, lines, "build", "--exclude-resource-type", "test", "unit_test")
    return Outcome(project)


def test_b79_one_user_has_no_neighbours_and_gets_top_sellers(project):
    outcome = tables(project, "lines: [{becomes: kept}]")
    assert outcome.holds("not exists (select 1 from user_neighbours)")
    assert outcome.rows("select distinct strategy from user_recommendations") != [("also_bought",)]
    assert outcome.rows("select distinct verdict from recommendation_verdicts") == [
        ("not enough data",)
    ]


def test_b80_b81_an_item_that_everybody_bought_alone_has_no_neighbours(project):
    outcome = tables(project, "lines: [{customer: [A, B, C], becomes: kept}]")
    assert outcome.holds("not exists (select 1 from item_neighbours)")
    assert outcome.holds("(select count(distinct item_id) = 1 from popular_items)")


def test_b82_users_with_the_same_basket_are_alike_and_ties_go_by_id(project):
    line = "{{customer: [A, B, C], order: [A, B, C], product: {}, becomes: kept}}"
    lines = [line.format(product) for product in "QP"]
    outcome = tables(project, f"lines: [{', '.join(lines)}]")
    assert outcome.rows(
        "select user_id, neighbour_id, rank, similarity from user_neighbours order by all"
    ) == [
        ("A", "B", 1, 1.0),
        ("A", "C", 2, 1.0),
        ("B", "A", 1, 1.0),
        ("B", "C", 2, 1.0),
        ("C", "A", 1, 1.0),
        ("C", "B", 2, 1.0),
    ]


def test_b83_no_usable_order_stops_the_build(project):
    message = refusal(project, "lines: [{customer: '', becomes: kept}]")
    assert message[0] == "0 of 1 received order lines can be counted."


def test_b83_too_many_rejected_lines_stop_the_build_and_can_be_looked_at(project):
    lines = "lines: [{becomes: kept}, {quantity: [a, b], becomes: quantity_unreadable}]"
    message = refusal(project, lines)
    assert message[0].startswith("67 % of the lines of alone orders_final_final are rejected,")
    assert "quantity_unreadable" in message[0]
    build(project, lines, *TO_ORDER_LINES, accepted_checks={"rejected_lines": "old till"})
    build(project, lines, *TO_ORDER_LINES, max_rejected_share=0.67)


def test_b84_an_absent_table_is_named_with_the_var(project):
    build(project, "lines: [{becomes: kept}]", "run", "--select", "stg_v2")
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("drop table raw.orders_v2 cascade")
    output = project.dbt("--quiet", "build", succeeds=False)
    assert "There is no table raw.orders_v2." in output
    assert "stg_v2" in output
    assert "also_bought__order_sources" in output
    assert len(output.strip().splitlines()) <= 5


def test_b84_a_model_that_was_not_built_is_named_with_the_var(project):
    message = refusal(
        project,
        "lines: [{becomes: kept}]",
        "run",
        "--select",
        "customer_accounts",
        "received_order_lines",
    )
    assert "stg_" in message[0]
    assert "also_bought__" in message[1]


def test_b45_b49_a_missing_column_is_named_with_the_nearest(project):
    path = "models/staging/stg_final.sql"
    call = "{{ received_lines('orders_final') }}"
    project.edit(
        path, call, call.replace(" }}", " | replace('as customer_id', 'as custmer_id') }}")
    )
    try:
        message = refusal(project, "lines: [{becomes: kept}]")
    finally:
        (project.root / path).write_text(call + "\n")
    assert message[0] == (
        "The input model stg_final lacks: customer_id (the nearest it has is custmer_id)."
    )


@pytest.mark.parametrize(
    ("products", "what"),
    [
        ("{product_id: X}, {product_id: X}", "The catalogue has 2 rows for the product X."),
        (
            "{product_id: A, product_code: X, code_valid_until: 2025-01-02},"
            " {product_id: B, product_code: X, code_valid_from: 2025-01-01}",
            "The code X means A and B at the same time.",
        ),
        (
            "{product_id: A, parent_product_id: B}",
            "The product A is a variant of B, which the catalogue does not have.",
        ),
        (
            "{product_id: A, parent_product_id: B}, {product_id: B, parent_product_id: C},"
            " {product_id: C}",
            "The product A is a variant of B, which is a variant itself.",
        ),
    ],
)
def test_b90_a_catalogue_without_one_product_for_a_line_stops_the_build(project, products, what):
    message = refusal(project, f"lines: [{{becomes: kept}}], products: [{products}]")
    assert message[0] == what


def test_b91_accounts_merged_in_a_circle_stop_the_build(project):
    accounts = (
        "{customer_id: A, merged_into_customer_id: B}, {customer_id: B, merged_into_customer_id: A}"
    )
    message = refusal(project, f"lines: [{{becomes: kept}}], customers: [{accounts}]")
    assert message[0].startswith("Accounts are merged in a circle: A into B,")


def test_b91_two_rows_of_one_account_stop_the_build(project):
    accounts = "{customer_id: A}, {customer_id: A, account_type: guest}"
    message = refusal(project, f"lines: [{{becomes: kept}}], customers: [{accounts}]")
    assert message[0] == "The customers have 2 rows for the account A."


@pytest.mark.parametrize(("usual", "latest"), [(10, 3), (10, 41)])
def test_b99_a_week_unlike_the_usual_ones_stops_the_build_unless_somebody_says_why(
    project, usual, latest
):
    days = [f"2025-01-{day:02}" for day in (2, 9, 16, 23, 30)] + ["2025-02-06", "2025-02-13"]
    lines = [
        f"{{times: {usual}, order: '{day}-{{n}}', at: {day} 12:00:00, becomes: kept}}"
        for day in days
    ]
    lines.append(f"{{times: {latest}, order: 'L-{{n}}', at: 2025-02-20 12:00:00, becomes: kept}}")
    shop = f"lines: [{', '.join(lines)}]"
    message = refusal(project, shop, stopping_checks=["volume"])
    assert f"has {100 * latest // usual} % of the lines" in message[0]
    build(
        project,
        shop,
        *TO_ORDER_LINES,
        stopping_checks=["volume"],
        accepted_checks={"volume": "sale"},
    )
    assert Outcome(project).rows(
        "select state, accepted_because from order_checks where check_name = 'volume'"
    ) == [("accepted", "sale")]


@pytest.mark.parametrize(("as_of", "state"), [("2025-03-03", "ok"), ("2025-03-05", "warn")])
def test_b100_orders_of_some_days_ago_warn(project, as_of, state):
    build(
        project,
        "lines: [{becomes: kept}]",
        *TO_ORDER_LINES,
        as_of=as_of,
        stopping_checks=["freshness"],
    )
    assert Outcome(project).rows(
        "select state from order_checks where check_name = 'freshness'"
    ) == [(state,)]


def test_b100_orders_of_nine_days_ago_stop_the_build(project):
    message = refusal(
        project, "lines: [{becomes: kept}]", as_of="2025-03-11", stopping_checks=["freshness"]
    )
    assert message[0] == "The newest order is 9 days old; more than 7 are too many."


def test_control_totals_are_compared_with_what_was_kept(project):
    two = "{becomes: kept}, {order: O2, quantity: '3', becomes: kept}"
    back = "{order: O3, quantity: '-1', at: 2025-03-02 12:00:00, becomes: return_matched}"
    checked = {"control_totals": "stg_control_totals", "stopping_checks": ["control_totals"]}
    shop = f"lines: [{two}, {back}]"
    build(project, shop, *TO_ORDER_LINES, **checked)
    differences = "select measure, stated, kept, is_within_tolerance from control_total_differences"
    assert Outcome(project).rows(f"{differences} order by measure") == [
        ("order_count", 2, 2, True),
        ("revenue", Decimal("7.5"), Decimal("7.5"), True),
    ]
    message = refusal(project, f"lines: [{two}]", **checked)
    assert message[0].startswith("1 of 2 control totals of all differ by more than the tolerance")
    # 10 instead of 7.50: a third more.
    build(project, f"lines: [{two}]", *TO_ORDER_LINES, control_totals_tolerance=0.34, **checked)
