"""A sentence in SQL: the columns and named expressions in it, and what null makes of it."""

import duckdb
from dbt_project import copy_macros

SAID = [
    ('sentence("Nobody\'s list.")', "Nobody's list."),
    ("sentence('{lines} of {found.source}')", "3 of web"),
    ("sentence('{share} %', share=percentage('lines / 12.0'))", "25 %"),
    ("sentence('{lines} of {nothing}')", None),
    ("sentence('{lines}\n      are here')", "3 are here"),
]


def test_a_sentence_says_what_its_row_has(tmp_path):
    project = copy_macros(tmp_path)
    (project.root / "models" / "built.sql").write_text(
        f"select {', '.join(f'{{{{ {call} }}}}' for call, _ in SAID)}"
        " from (select 3 as lines, 'web' as source, null as nothing) as found"
    )
    project.dbt("--quiet", "compile")
    (query,) = (project.root / "target" / "compiled").rglob("built.sql")
    assert duckdb.sql(query.read_text()).fetchall() == [tuple(said for _, said in SAID)]
