"""A build as of a past day knows what was known on that day, and nothing else."""

import csv

import pytest
from dbt_project import Project
from test_demo_shop import TABLES

# The shop's tables disagree most in this autumn.
DAY = "2024-10-15"
AS_OF = ("--vars", f"{{also_bought__as_of: '{DAY}', also_bought__backtest_cuts: 1}}")
# Lines of later days are in these tables: they are counted, and that is all.
WITHOUT_LATER_LINES = {
    "order_audit": "select * replace (received_lines - later_lines as received_lines,"
    " 0 as later_lines)",
    "daily_order_totals": "select * replace (received - later as received, later - later as later)",
}
WHERE = {
    "order_line_verdicts": "where verdict <> 'later'",
    "order_line_trail": "where verdict <> 'later'",
    "daily_order_lines": "where verdict <> 'later'",
    "daily_order_totals": "where received is distinct from later or received is null",
}


def known_contents(project: Project) -> dict[str, list[tuple]]:
    """Return the rows of each public model, in order, without what is said of later lines."""
    return {
        name: project.rows(
            f"{WITHOUT_LATER_LINES.get(name, 'select *')} from {relation}"
            f" {WHERE.get(name, '')} order by all"
        )
        for name, relation in project.public_tables().items()
    }


@pytest.fixture(scope="module")
def as_of_day(demo_of_module: Project) -> Project:
    """Return the demo shop with all its lines, built as of a past day, and all tests green."""
    demo_of_module.dbt("build", *AS_OF, "--exclude-resource-type", "unit_test")
    return demo_of_module


def test_what_is_later_is_told_by_its_times_alone(as_of_day):
    assert as_of_day.rows(f"""
        select
            verdict = 'later' as is_later,
            coalesce(ordered_at::date > '{DAY}', false) as is_ordered_later,
            coalesce(updated_at::date > '{DAY}', false) as is_updated_later,
            list(distinct verdict_reason order by verdict_reason)
                filter (where verdict = 'later') as reasons
        from main_orders.order_line_verdicts
        group by all
        order by all
    """) == [
        (False, False, False, None),
        (True, False, True, ["updated_after_as_of"]),
        (True, True, False, ["ordered_after_as_of"]),
        (True, True, True, ["ordered_after_as_of"]),
    ]
    # Half of the lines are later, and nobody is told to mend the source.
    assert as_of_day.rows(
        "select distinct state from main_published.order_checks where check_name = 'rejected_lines'"
    ) == [("ok",)]


def test_the_tables_are_those_of_a_build_without_the_later_lines(as_of_day):
    known = known_contents(as_of_day)
    later = set(
        as_of_day.rows(
            "select order_source, source_row from main_orders.order_line_verdicts"
            " where verdict = 'later'"
        )
    )
    for table, row_id in TABLES.items():
        path = as_of_day.root / "seeds" / "demo_shop" / f"raw_{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        at = header.index(row_id)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [header, *(row for row in rows if (table, row[at]) not in later)]
            )
    as_of_day.dbt("build", *AS_OF, "--full-refresh", "--exclude-resource-type", "unit_test", "test")
    assert as_of_day.rows("select sum(later_lines) from main_published.order_audit") == [(0,)]
    without_later_lines = known_contents(as_of_day)
    assert known.keys() == without_later_lines.keys()
    for name, rows in known.items():
        assert rows == without_later_lines[name], name
    assert min(len(known[name]) for name in ("user_recommendations", "item_recommendations")) > 100
