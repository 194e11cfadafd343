"""Ids, spelled the way a source declares, and what a declaration must leave alone."""

import pytest
from corpus import corpus_project, write_raw_tables
from dbt_project import Project

RECEIVED = [
    " aB1 ",
    "-1.0",
    "17850.0",
    "00123.00",
    "1.50",
    "a.0",
    "0.0",
    "1e3",
    "N/A",
    "none",
    ".0",
    None,
]
# What the arguments make of them.
CLEANED = {
    "": "aB1 -1.0 17850.0 00123.00 1.50 a.0 0.0 1e3 null null .0 null",
    "letter_case='lower'": "ab1 -1.0 17850.0 00123.00 1.50 a.0 0.0 1e3 null null .0 null",
    "letter_case='upper'": "AB1 -1.0 17850.0 00123.00 1.50 A.0 0.0 1E3 null null .0 null",
    "drop_decimal_zero=true": "aB1 -1 17850 00123 1.50 a.0 0 1e3 null null .0 null",
    "null_words=['0.0']": "aB1 -1.0 17850.0 00123.00 1.50 a.0 null 1e3 N/A none .0 null",
    "letter_case='upper', drop_decimal_zero=true": (
        "AB1 -1 17850 00123 1.50 A.0 0 1E3 null null .0 null"
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with a table of ids as received, and one with all ways to clean them."""
    project = corpus_project(tmp_path_factory.mktemp("cleaning"))
    write_raw_tables(project, [])
    rows = " union all ".join(
        f"select {n} as n, {'null' if text is None else repr(text)} as id"
        for n, text in enumerate(RECEIVED)
    )
    calls = ["{{ also_bought.clean_id(" + f"'id', {arguments}" + ") }}" for arguments in CLEANED]
    columns = ", ".join(f"{call} as way_{n}" for n, call in enumerate(calls))
    (project.root / "models" / "received_ids.sql").write_text(rows)
    (project.root / "models" / "cleaned_ids.sql").write_text(
        f"select n, {columns} from {{{{ ref('received_ids') }}}}"
    )
    project.dbt("--quiet", "run", "--select", "received_ids", "cleaned_ids")
    return project


@pytest.mark.parametrize(("number", "arguments"), list(enumerate(CLEANED)))
def test_an_id_is_spelled_as_its_source_declares(project, number, arguments):
    found = project.rows(f"select way_{number} from main_staging.cleaned_ids order by n")
    assert " ".join(text or "null" for (text,) in found) == CLEANED[arguments]


def test_a_declaration_that_is_not_known_is_refused(project):
    model = project.root / "models" / "refused.sql"
    model.write_text("select {{ also_bought.clean_id('id', letter_case='title') }} as id")
    try:
        output = project.dbt("--quiet", "run", "--select", "refused", succeeds=False)
    finally:
        model.unlink()
    assert 'clean_id knows no letter_case "title".' in output
    assert "Traceback" not in output
    assert len(output.strip().splitlines()) <= 6


@pytest.mark.parametrize(
    ("arguments", "collisions"),
    [("{}", []), ("{letter_case: upper}", ["AB", "Ø"]), ("{drop_decimal_zero: true}", ["17"])],
)
def test_ids_that_a_declaration_makes_one_are_reported(project, arguments, collisions):
    (project.root / "models" / "spellings.sql").write_text(
        "select unnest(['ab', 'aB', ' aB', '17', '17.0', 'Ø', 'ø', '-', 'null', null]) as id"
    )
    (project.root / "models" / "_spellings.yml").write_text(
        "models: [{name: spellings, columns: [{name: id, data_tests: [{"
        "also_bought.normalised_ids_stay_apart: {name: stay_apart, arguments: "
        f"{arguments}, config: {{store_failures: true}}}}}}]}}]}}]"
    )
    project.dbt("--quiet", "build", "--select", "spellings", succeeds=not collisions)
    found = project.rows("select id from main_dbt_test__audit.stay_apart order by id")
    assert [text for (text,) in found] == collisions
