# ruff: noqa: D103
"""Bad lines: each case of integration_tests/corpus/lines.yml, and those that need a build alone."""

from collections import Counter

import pytest
from corpus import CASES_FILE, Case, Outcome, corpus_project, read_cases, write_raw_tables

CASES = read_cases(CASES_FILE.read_text())


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Return the tables of one build of all cases."""
    project = corpus_project(tmp_path_factory.mktemp("corpus"), max_rejected_share=1)
    write_raw_tables(project, CASES)
    project.dbt("build")
    return Outcome(project)


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
