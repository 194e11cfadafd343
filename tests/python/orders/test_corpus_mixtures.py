"""Random mixtures of good and bad lines: nothing lost, nothing counted twice, nothing negative.

`make test` tries a few mixtures, `make test-long` a thousand and a line a million times.
"""

import time
from collections import Counter

import duckdb
import pytest
from corpus import LINE_COLUMNS, PRODUCT, TABLES, Case, Outcome, corpus_project, write_raw_tables
from dbt_project import IS_LONG
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

MIXTURES = 1000 if IS_LONG else 25
VALUES = {
    "line_id": [None, None, "1", "2"],
    "quantity": ["1", "2", "3", "-1", "-2", "0", "x", None, "999999999999"],
    "unit_price": ["2.50", "2.60", None, "-1"],
    "ordered_at": [
        "2025-03-01 12:00:00",
        "2025-03-02 12:00:00",
        "soon",
        None,
        "1999-01-01 00:00:00",
    ],
    "updated_at": [None, "2025-03-03 12:00:00", "2025-03-04 12:00:00"],
    "status": ["paid", "paid", "paid", "cancelled", "draft", "?"],
}
# Several lines of few orders, customers and products: most of them meet.
LINES = st.fixed_dictionaries(
    {
        "table": st.sampled_from(list(TABLES.values())),
        "order": st.sampled_from(["O1", "O2", None]),
        "customer": st.sampled_from(["C1", "C2", None]),
        "product": st.sampled_from(["P1", "P2"]),
        **{column: st.sampled_from(values) for column, values in VALUES.items()},
    }
)


def drawn_mixtures(count: int) -> list[list[dict]]:
    """Draw mixtures of up to a dozen lines each, the same ones every time."""
    mixtures: list[list[dict]] = []

    @seed(20250331)
    @settings(
        max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(LINES, min_size=1, max_size=12))
    def draw(mixture: list[dict]) -> None:
        mixtures.append(mixture)

    draw()
    return mixtures[:count]


def as_case(number: int, mixture: list[dict]) -> Case:
    """Give a mixture orders, customers and products of its own."""
    case = Case(f"M{number}", "")
    for place, line in enumerate(mixture):
        row = dict.fromkeys(LINE_COLUMNS.values())
        row |= {"case_id": case.name, "row_id": f"{case.name}-{place}"}
        row |= {column: line[column] for column in VALUES}
        for kind in ("order", "customer", "product"):
            row[f"{kind}_id"] = line[kind] and f"{case.name}-{line[kind]}"
        case.lines[line["table"]].append(row)
    case.products = [PRODUCT | {"product_id": f"{case.name}-{p}"} for p in ("P1", "P2")]
    return case


@pytest.fixture(scope="module")
def mixtures() -> list[Case]:
    """Return the mixtures as cases."""
    return [as_case(number, mixture) for number, mixture in enumerate(drawn_mixtures(MIXTURES))]


@pytest.fixture(scope="module")
def outcome(mixtures: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Return the orders layer of all mixtures, built at once, with the tests of the models."""
    project = corpus_project(tmp_path_factory.mktemp("mixtures"), max_rejected_share=1)
    write_raw_tables(project, mixtures)
    project.dbt(
        *("build", "--select", "+order_lines", "+order_audit", "+order_warnings"),
        *("--indirect-selection", "buildable"),
    )
    return Outcome(project)


def test_mixtures_differ(mixtures):
    assert len({str(case.lines).replace(case.name, "") for case in mixtures}) >= 0.9 * MIXTURES


def test_every_line_gets_one_verdict(mixtures, outcome):
    received = Counter(
        (f"{case.name} {table}", row["row_id"])
        for case in mixtures
        for table, rows in case.lines.items()
        for row in rows
    )
    judged = outcome.rows("select order_source, source_row from order_line_verdicts")
    assert Counter(judged) == received


def test_what_is_kept_is_what_was_bought_less_what_came_back(outcome):
    # Told apart from the models: per customer and product, surviving completed units in time order,
    # a return never takes more than is there.
    lines = outcome.rows(
        "select customer_id, product_id, quantity, verdict from order_line_verdicts"
        " where verdict in ('kept', 'cancelled') and order_status = 'completed'"
        " or verdict_reason = 'return_without_purchase'"
        " order by customer_id, product_id, ordered_at, quantity < 0"
    )
    piles: Counter = Counter()
    for customer, product, quantity, _ in lines:
        piles[customer, product] = max(0, piles[customer, product] + quantity)
    kept = outcome.rows(
        "select customer_id, product_id, sum(net_quantity)::bigint from order_lines group by all"
    )
    assert {(c, p): units for c, p, units in kept} == {key: n for key, n in piles.items() if n}


def test_no_source_counts_a_line_of_an_order_that_a_more_trusted_one_has(outcome):
    assert not outcome.rows(
        "select order_id, product_id from order_lines"
        " where order_id in (select order_id from order_line_verdicts group by all"
        "   having count(order_line_id) = 0)"
        " group by all having count(distinct order_source) > 1"
    )


@pytest.mark.skipif(not IS_LONG, reason="make test-long")
def test_a_million_copies_are_one_line_and_take_no_longer_than_a_million_lines(tmp_path):
    seconds = {}
    line = {column: values[0] for column, values in VALUES.items()}
    line |= {"table": "orders_v2", "order": "O1", "customer": "C1", "product": "P1"}
    for name, order in (("clean", "'O' || n"), ("copies", "'O'")):
        project = corpus_project(tmp_path / name)
        write_raw_tables(project, [as_case(0, [line])])
        with duckdb.connect(str(project.database)) as connection:
            connection.execute(
                "create or replace table raw.orders_v2 as"
                f" select t.* replace ({order} as order_id, 'r' || n as row_id)"
                " from raw.orders_v2 as t, range(1000000) as numbers(n)"
            )
        started = time.perf_counter()
        project.dbt("run", "--select", "+order_lines")
        seconds[name] = time.perf_counter() - started
        kept, copies = project.rows(
            "select count(*), max(received_copies) from main_orders.order_lines"
        )[0]
        assert (kept, copies) == ((1_000_000, 1) if name == "clean" else (1, 1_000_000))
    assert seconds["copies"] <= 2 * seconds["clean"]
