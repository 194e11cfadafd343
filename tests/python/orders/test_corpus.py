"""Bad lines: each case of integration_tests/corpus/lines.yml, and those that need a build alone."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from corpus import CASES_FILE, Case, Outcome, corpus_project, read_cases, write_raw_tables
from dbt_project import Project

CASES = read_cases(CASES_FILE.read_text())
TO_ORDER_LINES = ("run", "--select", "+order_lines")
ONLY_TABLES = ("--exclude-resource-type", "test", "unit_test")


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
    build(project, lines, "build", *ONLY_TABLES)
    return Outcome(project)


def test_an_order_dated_ahead_is_kept_with_a_warning_and_judges_no_list(project):
    now = datetime.now(UTC).replace(tzinfo=None)
    hours = {"P1": -60 * 24, "P2": -24, "P3": 1.5}
    times = {
        p: (now + timedelta(hours=ahead)).isoformat("T", "seconds") for p, ahead in hours.items()
    }
    lines = [f"{{order: {p}, product: {p}, at: {at}Z, becomes: kept}}" for p, at in times.items()]
    # A clock two days fast is no clock.
    far = (now + timedelta(days=2)).isoformat("T", "seconds")
    lines.append(f"{{order: far, at: {far}Z, becomes: ordered_at_out_of_range}}")
    select = (
        "build",
        "--select",
        "+leak_checks",
        "+order_warnings",
        "user_item_counts",
        *ONLY_TABLES,
    )
    build(project, f"lines: [{', '.join(lines)}]", *select, as_of=None)
    outcome = Outcome(project)
    assert Counter(outcome.outcomes.values()) == {"kept": 3, "ordered_at_out_of_range": 1}
    assert outcome.rows("select warning from order_warnings") == [("ordered_in_the_future",)]
    assert outcome.rows(
        "select distinct item_id from targets inner join items using (item_key) where cut_key = 1"
    ) == [("P2",)]
    # Production knows it all the same, and nobody is suspected.
    assert outcome.holds("(select count(*) = 3 from user_item_counts)")
    assert outcome.rows("select check_name from leak_checks where state = 'alarm'") == []


def rows_of(order: str, days: int, products: int, quantity: str, time: str = "00:00:00") -> str:
    """Return the rows of eight customers: each product on each day, at one time of the day."""
    of = [(c, d, p) for c in range(8) for d in range(days) for p in range(products)]
    columns = {
        "customer": [f"C{c}" for c, _, _ in of],
        "product": [f"P{p}" for _, _, p in of],
        "at": [f"'2025-03-0{1 + d} {time}'" for _, d, _ in of],
    }
    lists = ", ".join(f"{name}: [{', '.join(values)}]" for name, values in columns.items())
    return f"lines: [{{order: {order}, quantity: {quantity}, {lists}, becomes: kept}}]"


# What is said of a source whose rows are sums.
SUMS = {
    "by_customer": (rows_of("null", 1, 5, "'3'"), "name each customer and product once"),
    "numbered": (rows_of("'O{n}'", 1, 5, "'3'"), "name each customer and product once"),
    "by_day": (rows_of("null", 3, 2, "'3'"), "name each customer, product and day once"),
    "by_order": (rows_of("'O{n}'", 5, 1, "'1'"), "they look like totals of orders"),
}
LIKE_SUMS = {
    "reviews_or_one_thing_at_a_time": rows_of("null", 1, 5, "'1'"),
    "numbered_orders_of_a_day": rows_of("'O{n}'", 3, 2, "'3'"),
    "with_a_time_of_the_day": rows_of("null", 3, 2, "'3'", time="09:30:00"),
    "customers_of_one_purchase_each": "lines: [{order: null, quantity: '3', becomes: kept,"
    f" customer: {[f'C{n}' for n in range(40)]},"
    f" product: {[f'P{n % 4}' for n in range(40)]}}}]",
    "orders_of_several_lines": rows_of("'O'", 1, 5, "'3'"),
    "too_few_rows_to_say": rows_of("null", 1, 3, "'3'"),
}


def test_sums_are_told_from_lines_that_look_a_little_like_them(project):
    shops = {name: rows for name, (rows, _) in SUMS.items()} | LIKE_SUMS
    project.database.unlink(missing_ok=True)
    cases = read_cases("\n".join(f"{name}: {{says: '', {rows}}}" for name, rows in shops.items()))
    # All are of the same products.
    for case in cases[1:]:
        case.products = []
    write_raw_tables(project, cases)
    given = json.dumps({"also_bought__accepted_checks": {"grain": "we know"}})
    project.dbt("--quiet", *TO_ORDER_LINES, "--vars", given)
    said = {
        source.split()[0]: sentence
        for source, sentence in Outcome(project).rows(
            "select order_source, sentence from order_checks where check_name = 'grain'"
        )
    }
    assert said.keys() == shops.keys()
    assert [name for name, (_, says) in SUMS.items() if says not in said[name]] == []
    assert [name for name in LIKE_SUMS if "look like lines of orders." not in said[name]] == []


def test_sums_stop_the_build(project):
    rows, says = SUMS["by_customer"]
    assert says in refusal(project, rows)[0]


def test_one_user_has_no_neighbours_and_gets_top_sellers(project):
    outcome = tables(project, "lines: [{becomes: kept}]")
    assert outcome.holds(
        "(select bool_and(sentence like 'Not enough data: 0 of the 1 users with a list bought"
        " something to compare with in the % at least 30 are needed, and % Published: %')"
        " from recommendation_verdicts where list <> 'with_item')"
    )
    assert outcome.holds("not exists (select 1 from user_neighbours)")
    assert outcome.rows("select distinct strategy from user_recommendations") != [("also_bought",)]
    assert outcome.rows("select distinct verdict from recommendation_verdicts") == [
        ("not enough data",)
    ]


def test_an_item_that_everybody_bought_alone_has_no_neighbours(project):
    outcome = tables(project, "lines: [{customer: [A, B, C], becomes: kept}]")
    assert outcome.holds("not exists (select 1 from item_neighbours)")
    assert outcome.holds("(select count(distinct item_id) = 1 from popular_items)")


def test_users_with_the_same_basket_are_alike_and_ties_go_by_id(project):
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


def test_no_documentation_page_holds_data(project):
    title = "<script>alert(1)</script>"
    tables(
        project, f"lines: [{{becomes: kept}}], products: [{{product_id: X, product_name: {title}}}]"
    )
    project.dbt("--quiet", "docs", "generate", "--static")
    for file in ("manifest.json", "catalog.json", "static_index.html"):
        assert "alert(1)" not in (project.root / "target" / file).read_text()


def test_the_limit_follows_the_customers_of_the_shop(project):
    # Quartiles 200 and 300: the limit is 300 * 1.5^3 = 1012. What is known is spared.
    counts = [200] * 4 + [300] * 6 + [1012, 1013, 5000]
    lines = [
        f"{{times: {count}, customer: C{n}, order: 'O{n}-{{n}}', product: 'P{{n}}', becomes: kept}}"
        for n, count in enumerate(counts)
    ]
    shop = f"lines: [{', '.join(lines)}], customers: [{{customer_id: C12, account_type: verified}}]"
    found = "select customer_id, item_count, item_limit from customers_over_item_limit order by all"
    build(project, shop, *TO_ORDER_LINES)
    assert Outcome(project).rows(found) == [("C11", 1013, 1012)]
    assert Outcome(project).rows(
        "select customer_id, count(*) from order_line_verdicts"
        " where verdict_reason = 'customer_over_item_limit' group by all"
    ) == [("C11", 1013)]
    # The shop's own figure is below what the rule would say, and below 1,000.
    build(project, shop, *TO_ORDER_LINES, max_items_per_user=299)
    assert Outcome(project).rows("select count(*) from customers_over_item_limit") == [(8,)]


def test_no_usable_order_stops_the_build(project):
    lines = "{customer: ['', ''], becomes: kept}, {quantity: two, becomes: kept}"
    message = refusal(project, f"lines: [{lines}]")
    assert message[0] == (
        "0 of 3 received order lines can be counted: 2 are rejected, for customer_id_missing."
    )


def test_nan_and_infinity_of_a_float_are_no_amounts(project):
    model = project.root / "models" / "staging" / "stg_floats.sql"
    model.write_text(
        """
        select * replace (
            case quantity when 2 then 'nan'::double when 3 then 'inf'::double else unit_price end
                as unit_price,
            case quantity when 4 then 'nan'::double when 5 then '-inf'::double else quantity end
                as quantity
        )
        from {{ ref('stg_final_final') }}"""
    )
    lines = "lines: [{quantity: ['1', '2', '3', '4', '5'], becomes: kept}]"
    try:
        command = ("run", "--select", "+order_warnings", "+order_line_verdicts")
        build(project, lines, *command, order_sources=["stg_floats"])
    finally:
        model.unlink()
    outcome = Outcome(project)
    judged = "select coalesce(verdict_reason, verdict), quantity, unit_price is null"
    assert outcome.rows(f"{judged} from order_line_verdicts order by all") == [
        ("kept", 1, False),
        ("kept", 2, True),
        ("kept", 3, True),
        ("quantity_unreadable", None, False),
        ("quantity_unreadable", None, False),
    ]
    assert outcome.rows(
        "select row_count from order_warnings where warning = 'unit_price_missing'"
    ) == [(2,)]


def test_too_many_rejected_lines_stop_the_build_and_can_be_looked_at(project):
    lines = "lines: [{becomes: kept}, {quantity: [a, b], becomes: quantity_unreadable}]"
    message = refusal(project, lines)
    assert message[0].startswith("67 % of the lines of alone orders_final_final are rejected,")
    assert "quantity_unreadable" in message[0]
    build(project, lines, *TO_ORDER_LINES, accepted_checks={"rejected_lines": "old till"})
    build(project, lines, *TO_ORDER_LINES, max_rejected_share=0.67)


def test_an_absent_table_is_named_with_the_var(project):
    build(project, "lines: [{becomes: kept}]", "run", "--select", "stg_v2")
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("drop table raw.orders_v2 cascade")
    output = project.dbt("--quiet", "build", succeeds=False)
    assert "There is no table raw.orders_v2." in output
    assert "stg_v2" in output
    assert "also_bought__order_sources" in output
    assert len(output.strip().splitlines()) <= 5


def test_a_model_that_was_not_built_is_named_with_the_var(project):
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


def test_a_missing_column_is_named_with_the_nearest(project):
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
        ("{product_id: null}", "The catalogue has rows without product_id: 1."),
        (
            "{product_id: B, kind: null}, {product_id: A, kind: null}",
            "The catalogue has rows without is_merchandise: 2, the first for the product A.",
        ),
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
def test_a_catalogue_without_one_product_for_a_line_stops_the_build(project, products, what):
    message = refusal(project, f"lines: [{{becomes: kept}}], products: [{products}]")
    assert message[0] == what


def test_an_id_that_does_not_match_the_declared_pattern_is_unusable(project):
    path = "models/staging/stg_v2.sql"
    call = "{{ received_lines('orders_v2') }}"
    patterns = "{'customer_id': 'C[0-9]', 'product_id': \"P'?[0-9]\"}"
    project.edit(
        path,
        call,
        f"select *, {{{{ also_bought.id_problem({patterns}) }}}} as read_problem from ({call})",
    )
    lines = [
        "{in: v2, customer: [C1, C12, xC1, 1.0, null], product: P1, becomes: x}",
        '{in: v2, customer: C1, order: O1, product: "P\'2", becomes: x}',
        "{in: v2, customer: C1, order: O2, product: Q3, becomes: x}",
        "{in: final, customer: Q, product: Q3, becomes: x}",
    ]
    try:
        build(project, f"lines: [{', '.join(lines)}]", *TO_ORDER_LINES, max_rejected_share=1)
    finally:
        (project.root / path).write_text(call + "\n")
    # The pattern is of that source alone; no id is no id, whatever the pattern.
    assert Outcome(project).outcomes == dict(
        [
            ("alone-0-0", "kept"),
            ("alone-0-1", "customer_id_unusable"),
            ("alone-0-2", "customer_id_unusable"),
            ("alone-0-3", "customer_id_unusable"),
            ("alone-0-4", "customer_id_missing"),
            ("alone-1-0", "kept"),
            ("alone-2-0", "product_id_unusable"),
            ("alone-3-0", "kept"),
        ]
    )


def test_accounts_merged_in_a_circle_stop_the_build(project):
    accounts = (
        "{customer_id: A, merged_into_customer_id: B}, {customer_id: B, merged_into_customer_id: A}"
    )
    message = refusal(project, f"lines: [{{becomes: kept}}], customers: [{accounts}]")
    # Nobody is named in what dbt keeps in its logs.
    assert message[0] == "2 accounts are merged in a circle, or into one."


def test_two_rows_of_one_account_stop_the_build(project):
    accounts = "{customer_id: A}, {customer_id: A, account_type: guest}"
    message = refusal(project, f"lines: [{{becomes: kept}}], customers: [{accounts}]")
    assert message[0] == "The customers have more than one row for 1 accounts."


@pytest.mark.parametrize(("usual", "latest"), [(10, 3), (10, 41)])
def test_a_week_unlike_the_usual_ones_stops_the_build_unless_somebody_says_why(
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
        "select distinct state, accepted_because from order_checks where check_name = 'volume'"
    ) == [("accepted", "sale")]


@pytest.mark.parametrize(("as_of", "state"), [("2025-03-03", "ok"), ("2025-03-04", "warn")])
def test_orders_of_some_days_ago_warn(project, as_of, state):
    build(
        project,
        "lines: [{becomes: kept}]",
        *TO_ORDER_LINES,
        as_of=as_of,
        stopping_checks=["freshness"],
    )
    assert Outcome(project).rows(
        "select order_source, state from order_checks where check_name = 'freshness'"
    ) == [("all", state)]


def test_orders_of_nine_days_ago_stop_the_build(project):
    message = refusal(
        project, "lines: [{becomes: kept}]", as_of="2025-03-10", stopping_checks=["freshness"]
    )
    assert message[0] == (
        "The newest order is 9 days old; more than 2 are odd, and more than 7 too many."
    )


def test_a_source_is_stale_when_it_pauses_longer_than_it_ever_did(project):
    days = {"final": ("01-02", "01-09", "01-23"), "v2": ("01-21", "01-22", "01-23", "01-24")}
    lines = [
        f"{{in: {table}, order: '{table}{day}', at: 2025-{day} 12:00:00, becomes: kept}}"
        for table, its_days in days.items()
        for day in its_days
    ]
    # A pause of long ago does not count, and one line is no history.
    lines.append("{in: v2, order: old, at: 2024-06-01 12:00:00, becomes: kept}")
    lines.append("{order: only, at: 2025-01-30 12:00:00, becomes: kept}")
    shop = f"lines: [{', '.join(lines)}]"
    found = (
        "select order_source, found, state from order_checks"
        " where check_name = 'freshness' and order_source <> 'all' order by all"
    )
    for as_of, states in {
        "2025-01-26": {"final": (3, "ok"), "v2": (2, "ok")},
        "2025-01-27": {"final": (4, "ok"), "v2": (3, "warn")},
        "2025-02-06": {"final": (14, "ok"), "v2": (13, "warn")},
        "2025-02-07": {"final": (15, "warn"), "v2": (14, "warn")},
    }.items():
        build(project, shop, *TO_ORDER_LINES, as_of=as_of, stopping_checks=["usable_orders"])
        assert Outcome(project).rows(found) == [
            (f"alone orders_{table}", *state) for table, state in states.items()
        ]
    assert Outcome(project).holds(
        "(select sentence = 'The newest order of alone orders_final is 15 days old; its longest"
        " pause in the thirteen weeks before was of 14.' from order_checks"
        " where check_name = 'freshness' and order_source = 'alone orders_final')"
    )


def test_control_totals_are_compared_with_what_was_kept(project):
    two = "{becomes: kept}, {order: O2, quantity: '3', at: 2025-03-01 13:00:00, becomes: kept}"
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


def test_daily_totals_show_the_day_that_is_off(project):
    lines = [
        "{order: O1, quantity: '2', becomes: kept}",
        "{order: O1, product: P2, becomes: kept}",
        "{order: O1, product: P2, becomes: same_line_again}",
        "{in: v2, order: O2, product: P3, becomes: kept}",
        "{in: v2, order: O3, quantity: x, becomes: quantity_unreadable}",
        "{order: O4, quantity: '-1', at: 2025-03-02 12:00:00, becomes: return_matched}",
        "{order: O5, at: soon, becomes: ordered_at_unreadable}",
        "{order: O6, at: 2025-03-04 12:00:00, becomes: kept}",
    ]
    model = project.root / "models" / "staging" / "stg_control_totals.sql"
    text = model.read_text()
    # Finance has a day on which nothing came, and none of 4 March.
    days = [(1, 2, 3, 7.5), (2, 0, 0, -2.5), (3, 1, 1, 9.99)]
    model.write_text(
        "\nunion all\n".join(
            f"select null as order_source, date '2025-03-0{day}' as period_start,"
            f" date '2025-03-0{day + 1}' as period_end, {orders} as order_count,"
            f" {lines} as line_count, {revenue} as revenue"
            for day, orders, lines, revenue in days
        )
    )
    try:
        build(
            project,
            f"lines: [{', '.join(lines)}]",
            *("run", "--select", "+order_lines", "daily_order_totals"),
            control_totals="stg_control_totals",
        )
    finally:
        model.write_text(text)
    columns = (
        "measure, received, duplicate, superseded, cancelled, rejected, returned, kept, stated,"
        " difference"
    )
    found = Outcome(project).rows(
        f"select day(ordered_on), {columns} from daily_order_totals where order_source = 'all'"
        " order by ordered_on, measure"
    )
    n = None
    assert [tuple(x if x is n or isinstance(x, str) else float(x) for x in r) for r in found] == [
        (1, "line_count", 5, 1, 0, 0, 1, 0, 3, 3, 0),
        (1, "order_count", n, n, n, n, n, n, 2, 2, 0),
        (1, "revenue", 12.5, 2.5, 0, 0, 0, 2.5, 7.5, 7.5, 0),
        (2, "line_count", 1, 0, 0, 1, 0, 0, 0, 0, 0),
        (2, "order_count", n, n, n, n, n, n, 0, 0, 0),
        (2, "revenue", -2.5, 0, 0, -2.5, 0, 0, 0, -2.5, 2.5),
        (3, "line_count", n, n, n, n, n, n, 0, 1, -1),
        (3, "order_count", n, n, n, n, n, n, 0, 1, -1),
        (3, "revenue", n, n, n, n, n, n, 0, 9.99, -9.99),
        (4, "line_count", 1, 0, 0, 0, 0, 0, 1, n, n),
        (4, "order_count", n, n, n, n, n, n, 1, n, n),
        (4, "revenue", 2.5, 0, 0, 0, 0, 0, 2.5, n, n),
    ]
    # By source, the kept lines are those of all.
    assert Outcome(project).rows(
        "select order_source, sum(kept)::int from daily_order_totals where measure = 'line_count'"
        " group by all order by all"
    ) == [("all", 4), ("alone orders_final_final", 3), ("alone orders_v2", 1)]


def test_revenue_is_never_added_up_across_currencies(project):
    shop = "lines: [{{currency: GBP, becomes: kept}}, {{in: v2, order: O2, {}, becomes: kept}}]"
    message = refusal(project, shop.format("currency: EUR"))
    assert message[0].startswith("Prices are in EUR and GBP, and revenue adds them up")
    # Without a price nothing is added up; without a currency nobody can tell.
    for other in ("currency: EUR, price: null", "currency: null", "currency: GBP"):
        build(project, shop.format(other), *TO_ORDER_LINES)
        assert Outcome(project).rows(
            "select state, found, sentence from order_checks where check_name = 'currency'"
        ) == [("ok", 1, "All prices are in GBP.")]
    build(project, "lines: [{becomes: kept}]", *TO_ORDER_LINES)
    assert Outcome(project).holds(
        "not exists (select 1 from order_checks where check_name = 'currency')"
    )


def test_a_source_without_a_line_is_seen(project):
    build(project, "lines: [{becomes: kept}]", "run", "--select", "+order_lines", "order_audit")
    outcome = Outcome(project)
    assert outcome.rows(
        "select order_source, received_lines, rejected_lines from order_audit order by all"
    ) == [("alone orders_final_final", 1, 0), ("stg_final", 0, 0), ("stg_v2", 0, 0)]
    assert outcome.rows(
        "select state, sentence from order_checks where check_name = 'volume' order by all"
    ) == [("warn", "There is no line in stg_final."), ("warn", "There is no line in stg_v2.")]


def test_a_source_has_limits_of_its_own_where_the_shop_says_so(project):
    rule = project.root / "macros" / "check_limits.sql"
    rule.write_text(
        "{% macro default__check_limits() %}{{ return({"
        "'all': {'days_odd': 2, 'days_stale': 7, 'volume_low': 0.4, 'volume_high': 4},"
        "'alone orders_v2': {'days_odd': 20, 'days_stale': 29, 'volume_low': 0.9},"
        "'alone orders_final': {'days_stale': 30}}) }}{% endmacro %}"
    )
    weeks = ["01-02", "01-09", "01-16", "01-23", "01-30", "02-06", "02-13", "02-20"]
    lines = [
        f"{{in: {table}, times: {4 if week == '02-20' else 5}, order: '{table}{week}-{{n}}',"
        f" at: 2025-{week} 12:00:00, becomes: kept}}"
        for table in ("final", "v2")
        for week in weeks
    ]
    lines.append("{order: newest, at: 2025-03-21 12:00:00, becomes: kept}")
    try:
        build(
            project,
            f"lines: [{', '.join(lines)}]",
            *TO_ORDER_LINES,
            as_of="2025-03-21",
            stopping_checks=["usable_orders"],
        )
    finally:
        rule.unlink()
    checks = Outcome(project).rows(
        "select check_name, order_source, found, state from order_checks"
        " where check_name in ('freshness', 'volume') order by all"
    )
    assert checks == [
        ("freshness", "all", 0, "ok"),
        # Limits that a source does not name are those of all.
        ("freshness", "alone orders_final", 29, "warn"),
        ("freshness", "alone orders_v2", 29, "warn"),
        ("volume", "alone orders_final", 0.8, "ok"),
        ("volume", "alone orders_v2", 0.8, "warn"),
    ]
    assert Outcome(project).holds(
        "(select sentence = 'The newest order of alone orders_v2 is 29 days old; more than 20 are"
        " odd, and more than 29 too many.' from order_checks where check_name = 'freshness'"
        " and order_source = 'alone orders_v2')"
    )


def test_a_day_set_back_leaves_an_order_aside_until_its_day_comes_again(project):
    at = ("2025-03-30 12:00:00", "2025-03-31 22:59:59")
    lines = [f"{{order: O{n}, at: {time}, becomes: kept}}" for n, time in enumerate(at)]
    shop = f"lines: [{', '.join(lines)}]"
    for as_of, expected in {
        "2025-03-31": {"kept": 2},
        "2025-03-30": {"kept": 1, "later": 1},
    }.items():
        select = ("run", "--select", "+order_lines", "+order_warnings", "order_audit")
        build(project, shop, *select, as_of=as_of)
        verdicts = Outcome(project).rows(
            "select verdict, count(*) from order_line_verdicts group by 1"
        )
        assert dict(verdicts) == expected
        assert Outcome(project).rows("select warning from order_warnings") == []
        [(received, later)] = Outcome(project).rows(
            "select received_lines, later_lines from order_audit where received_lines > 0"
        )
        assert (received, later) == (2, expected.get("later", 0))
    # On the day before either, nothing was known.
    message = refusal(project, shop, as_of="2025-03-29")
    assert message[0] == "0 of 0 received order lines can be counted."
