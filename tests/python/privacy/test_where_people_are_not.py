"""Where no person may be found: logs, compiled SQL and messages, and tables once orders are old."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from corpus import Outcome, corpus_project, read_cases, write_raw_tables
from dbt_project import Project

from also_bought.publishing.pseudonyms import SECRET_VARIABLE

SECRET = "a-secret-of-forty-letters-that-nobody-says"
PERSON, MAIL, OLD = "canary-person-4711", "canary.4711@mail.example", "canary-of-2022-4711"
RETENTION_DAYS = 365
PROGRAM = "from also_bought.cli import app; app()"
BUYERS = [(c, d) for c in range(8) for d in range(12)]
SHOP = f"""
shop:
  says: customers who buy each week, and a person who stands where nobody should
  lines:
    - {{order: "O{{n}}", becomes: kept,
        customer: {[f"C{c}" for c, _ in BUYERS]},
        product: {[f"P{(c * 5 + d * (c + 3)) % 11}" for c, d in BUYERS]},
        at: {[f"2025-0{1 + d // 4}-{1 + d % 4 * 7:02} 1{c}:{10 + d}:00" for c, d in BUYERS]}}}
    - {{order: canary-order-4711, customer: {PERSON}, becomes: kept}}
    - {{customer: {MAIL}, order: second, becomes: kept}}
    - {{customer: {PERSON}, quantity: {MAIL}, becomes: quantity_missing}}
    - {{customer: {MAIL}, at: {PERSON}, becomes: ordered_at_missing}}
    - {{customer: null, note: {MAIL}, order: {PERSON}, becomes: customer_id_missing}}
    - {{customer: {PERSON}, status: {MAIL}, price: {PERSON}, becomes: status_unknown}}
    - {{customer: {OLD}, order: {OLD}, at: 2022-05-05 12:00:00, becomes: kept}}
  customers: [{{customer_id: {PERSON}, email: {MAIL}}}]
"""
# Each stops the build, with a message about the people in it.
STOPPING = {
    "two rows of one account": f"customers: [{{customer_id: {PERSON}}}, {{customer_id: {PERSON}}}]",
    "accounts in a circle": f"customers: [{{customer_id: {PERSON}, merged_into_customer_id:"
    f" {MAIL}}}, {{customer_id: {MAIL}, merged_into_customer_id: {PERSON}}}]",
    "no line can be used": "customers: []",
}


def run_program(project: Project, *arguments: str) -> str:
    """Run the program with the secret in its environment, and return all that it says."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=project.root,
        env=os.environ | {SECRET_VARIABLE: SECRET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """Return a shop that was built, published and exported, and all that was printed."""
    project = corpus_project(
        tmp_path_factory.mktemp("people"), max_rejected_share=1, retention_days=RETENTION_DAYS
    )
    write_raw_tables(project, read_cases(SHOP))
    said = project.dbt("build", "--exclude-resource-type", "unit_test", **{SECRET_VARIABLE: SECRET})
    database = str(project.database)
    said += run_program(project, "publish", "--database", database)
    said += run_program(project, "verify")
    said += run_program(project, "export", "--to", "exported")
    return project, said


def files_that_say(root: Path, *words: str) -> dict[str, str]:
    """Return the files of dbt's folders that hold one of some words, with the word."""
    return {
        str(file.relative_to(root)): word
        for folder in ("logs", "target")
        for file in (root / folder).rglob("*")
        if file.is_file()
        for word in words
        if word.encode() in file.read_bytes()
    }


def test_a_good_build_says_nobodys_id_and_no_secret(published):
    project, said = published
    assert [word for word in (PERSON, MAIL, OLD, SECRET) if word in said] == []
    assert files_that_say(project.root, PERSON, MAIL, OLD, SECRET) == {}
    # The search finds what is there.
    assert "dbt.log" in " ".join(files_that_say(project.root, "order_line_verdicts"))


@pytest.mark.parametrize("kind", STOPPING)
def test_a_build_that_is_stopped_says_nobodys_id(published, kind):
    project, _ = published
    rows = f"alone: {{says: '', lines: [{{customer: {PERSON}, order: {MAIL}, at: never,"
    write_raw_tables(
        project, read_cases(f"{rows} becomes: ordered_at_missing}}], {STOPPING[kind]}}}")
    )
    said = project.dbt("--quiet", "run", "--select", "+order_lines", succeeds=False)
    assert "What to do:" in said
    assert [word for word in (PERSON, MAIL) if word in said] == []
    assert files_that_say(project.root, PERSON, MAIL) == {}


def test_orders_older_than_the_retention_are_in_no_table_publication_or_export(published):
    project, _ = published
    outcome = Outcome(project)
    assert outcome.tables_with(OLD) == []
    # The search finds whom the shop still knows.
    assert len(outcome.tables_with(PERSON)) > 3
    outcome.connection.close()
    root = project.root
    for file in (root / "serving").glob("also_bought*.duckdb"):
        with duckdb.connect(str(file), read_only=True) as connection:
            tables = connection.execute("select table_name from duckdb_tables()").fetchall()
            for (table,) in tables:
                query = f"select 1 from {table} as t where t::varchar like '%{OLD}%' limit 1"
                assert connection.execute(query).fetchall() == [], table
    current = json.loads((root / "exported" / "current.json").read_text())["folder"]
    exported = [file for file in (root / "exported" / current).rglob("*") if file.is_file()]
    assert [file for file in exported if OLD.encode() in file.read_bytes()] == []
