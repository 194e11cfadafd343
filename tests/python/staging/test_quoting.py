"""What a declaration says reaches the engine as it was written, whatever its letters are."""

import json
import re

import duckdb
import pytest
from dbt_project import copy_macros

TEXTS = {
    "apostrophe": "annulée par l'acheteur",
    "apostrophes": "''it''s",
    "quotation marks": '12" `plate`',
    "backslashes": "a\\b \\n \\",
    "braces": "{{ var('x') }} {% raw %} {# #} {}",
    "percent signs": "100 % %s %(x)s",
    "dollars": "${HOME} $$x$$ $1",
    "a line break": "one\ntwo",
    "a comment": "x'; -- /* drop */",
    "cyrillic": "Отменён",
    "japanese": "取消済み",
    "arabic": "ملغى",
    "greek": "ακυρώθηκε",
    "emoji": "returned 🎁",
}


def jinja(value: object) -> str:
    """Return a value as it is written in Jinja."""
    return json.dumps(value, ensure_ascii=False)


def as_pattern(text: str) -> str:
    """Return a regular expression for one text, in what all engines read alike."""
    return "".join(
        f"\\{letter}" if letter in "\\^" else letter if letter.isalnum() else f"[{letter}]"
        for letter in text
    )


def calls(text: str) -> dict[str, tuple[str, object]]:
    """Return a call of each macro that takes text, as SQL over `given`, and what it must yield."""
    no_codes = text.replace("%", "")
    no_braces = re.sub("[{}]", "", text)
    formats = jinja(["%d.%m.%Y", f"{no_codes}|%Y-%m-%d"])
    one_line = re.sub(r"\s*\n\s*", " ", text)
    made = {
        "text_literal": (f"text_literal({jinja(text)})", text),
        "sentence": (f"sentence({jinja(no_braces)})", re.sub(r"\s*\n\s*", " ", no_braces)),
        "map_status": (
            f"map_status('upper(given)', {jinja({'cancelled': [text]})})",
            "cancelled",
        ),
        "clean_id": (f"clean_id('given', null_words={jinja(['x', text])})", None),
        "received_text": (
            f"received_text([{jinja(text)}, 'given'])",
            f"{text}=1 | given={text}",
        ),
        "matches_whole": (f"matches_whole('given', {jinja(as_pattern(text))})", True),
        "parse_timestamp": (
            f"as_text(also_bought.parse_timestamp('written_at', {formats}))",
            "2025-03-01 00:00:00",
        ),
    }
    rows = f"{{{{ also_bought.literal_rows([{{'made': {jinja(text)}}}]) }}}}"
    return {"literal_rows": (f"(select made from ({rows}) as one_row)", one_line)} | {
        name: (f"{{{{ also_bought.{call} }}}}", value) for name, (call, value) in made.items()
    }


def model(text: str) -> str:
    """Return a model with a column for each macro's call with a text."""
    columns = ", ".join(f"{call} as {name}" for name, (call, _) in calls(text).items())
    written_at = text.replace("%", "") + "|2025-03-01"
    return (
        "{{ config(materialized='table') }}"
        f" select {columns} from (select"
        f" {{{{ also_bought.text_literal({jinja(text)}) }}}} as given,"
        f" {{{{ also_bought.text_literal({jinja(written_at)}) }}}} as written_at,"
        f" '1' as {{{{ also_bought.quoted_name({jinja(text)}) }}}}) as received"
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """Return what each macro made of each text: by the kind of text, then by the macro."""
    project = copy_macros(tmp_path_factory.mktemp("quoting"))
    for number, text in enumerate(TEXTS.values()):
        (project.root / "models" / f"text_{number}.sql").write_text(model(text))
    project.dbt("--quiet", "run", "--exclude", "built")
    with duckdb.connect(str(project.database), read_only=True) as connection:
        found = {}
        for number, kind in enumerate(TEXTS):
            rows = connection.sql(f"from main.text_{number}")
            found[kind] = dict(zip(rows.columns, rows.fetchall()[0], strict=True))
        return found


@pytest.mark.parametrize("macro", list(calls("x")))
@pytest.mark.parametrize("kind", list(TEXTS))
def test_a_text_means_itself(made, kind, macro):
    assert made[kind][macro] == calls(TEXTS[kind])[macro][1]
