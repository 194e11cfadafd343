"""Forgetting people: what is deleted, what is searched, and what is said when something is left."""

import hashlib
import json
import stat
from pathlib import Path

import duckdb
import pytest
from dbt_project import IS_LONG
from forgetting_shop import (
    CANARY,
    COLUMN,
    OTHERS,
    build,
    files_with_canary,
    write_inputs,
    write_project,
)
from killed import assert_killed
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.publishing import forgetting as module
from also_bought.publishing.pseudonyms import SECRET_VARIABLE, Pseudonyms
from also_bought.publishing.traces import files_with
from also_bought.publishing.verification import verify


@pytest.fixture
def project(tmp_path: Path, monkeypatch) -> Path:
    """Return a folder in which a shop with the canary was built, published twice and exported."""
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "_run_dbt", lambda places, _options: build(places.database))
    return tmp_path


def forget(*options: str) -> tuple[int, str]:
    """Run the program, and return its exit code and what it says."""
    command = ["forget", "--ids", "ids.txt", "--asked-by", "request 17", "--export", "exported"]
    done = CliRunner().invoke(app, [*command, *options])
    assert len(done.output.splitlines()) <= 5
    return done.exit_code, done.output


def test_nothing_of_the_person_is_left_and_all_of_the_others(project):
    before = files_with_canary(project)
    assert before >= {"also_bought.duckdb", "logs/dbt.log", "serving/report.html"}
    assert len([name for name in before if name.startswith("serving/also_bought.duckdb.p")]) == 2
    with duckdb.connect("also_bought.duckdb") as connection:
        connection.execute("drop table main_raw.requests")
    code, words = forget("--column", COLUMN)
    assert (code, CANARY in words) == (0, False), words
    assert "ids 1, rows of inputs deleted 400. Publication 3" in words
    assert files_with_canary(project) == {"ids.txt", "erased_customers.csv", "notes.txt"}
    assert (project / "target" / "manifest.json").exists()
    # The tables, comments and views are those of a build that never saw the person.
    never = project / "never.duckdb"
    write_inputs(never, OTHERS)
    build(never)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{project / 'also_bought.duckdb'}' as forgot (read_only)")
        connection.execute(f"attach '{never}' as never (read_only)")
        for table in ("main_published.user_recommendations", "main_published.popular_items"):
            found, expected = (
                connection.execute(f"from {database}.{table} order by all").fetchall()
                for database in ("forgot", "never")
            )
            assert found == expected
        assert connection.execute(
            "select count(*) from forgot.main_published.buyers"
        ).fetchall() == [(600,)]
    [entry] = map(json.loads, (project / "erasures.jsonl").read_text().splitlines())
    assert (entry["asked_by"], entry["people"], entry["publication"]) == ("request 17", 1, 3)
    assert {"asked_at", "forgotten_at"} <= set(entry)
    assert (project / "erased_customers.csv").read_text() == f'"customer_id"\n"{CANARY}"\n'
    for file in ("erased_customers.csv", "erasures.jsonl"):
        assert stat.S_IMODE((project / file).stat().st_mode) == 0o600
    # Again, with somebody else: the tombstones of all stay.
    (project / "ids.txt").write_text("bob")
    assert forget("--column", COLUMN)[0] == 0
    assert (project / "erased_customers.csv").read_text().splitlines()[1:] == [
        '"bob"',
        f'"{CANARY}"',
    ]


def test_an_input_that_still_names_the_person_is_named(project):
    code, words = forget("--column", COLUMN)
    assert code == 1
    assert (
        "Not forgotten yet. Still found in the build database: main_raw.requests.who (1 rows)"
        in words
    )
    assert CANARY not in words
    assert not (project / "erasures.jsonl").exists()
    code, words = forget("--column", COLUMN, "--column", "main_raw.requests.who")
    assert code == 0, words


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("serving/copy.csv", f"a,{CANARY}"),
        ("exported/notes.json", f'"{CANARY.upper()}"'),
        ("serving/hashes.txt", hashlib.sha256(CANARY.encode()).hexdigest()),
    ],
)
def test_a_file_that_still_names_the_person_is_named(project, place, content):
    (project / place).write_text(content)
    columns = ("--column", COLUMN, "--column", "main_raw.requests.who")
    code, words = forget(*columns)
    assert code == 1
    assert f"Still found in files: {(project / place).resolve()}" in words
    assert forget(*columns, "--remove", place)[0] == 0


def test_a_pseudonym_that_is_left_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "k" * 32)
    (tmp_path / "ids.txt").write_text(CANARY)
    people = module.people_of(str(tmp_path / "ids.txt"), tmp_path / "no.duckdb")
    (tmp_path / "left.csv").write_text(f"list,{Pseudonyms.required().of(CANARY)},1")
    (tmp_path / "other.csv").write_text(f"list,{Pseudonyms.required().of('another')},1")
    assert set(files_with([tmp_path], people)) == {tmp_path / "ids.txt", tmp_path / "left.csv"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--asked-by", CANARY.upper()), "The log must not name who is to be forgotten"),
        (("--ids", "absent.txt"), "neither a file nor a column: absent.txt"),
        (("--ids", "main_raw.raw_orders.nothing"), "The ids cannot be read"),
        (("--column", "raw_orders"), "neither a file nor a column: raw_orders"),
        (("--column", "main_raw.raw_orders.nothing"), "Rows of an input could not be deleted"),
    ],
)
def test_what_is_wrongly_asked_is_said_in_few_words(project, options, words):
    code, said = forget(*options)
    assert code == 1
    assert words in said


def test_ids_come_from_a_column_of_the_build_too(project):
    code, words = forget(
        *("--ids", "main_raw.requests.who", "--column", COLUMN, "--column", "main_raw.requests.who")
    )
    assert code == 0, words


MOMENTS = [
    "after forgetting._write_tombstones",
    "after forgetting._delete_inputs",
    "before Path.replace 2",
    "after forgetting._compact",
    "after forgetting.publish",
    "before forgetting.export",
    "after forgetting.remove_earlier_exports",
    "before forgetting._log",
]


@pytest.mark.parametrize("moment", MOMENTS if IS_LONG else MOMENTS[3:4])
def test_who_was_interrupted_asks_again(project, moment):
    assert_killed("forgetting_shop.forget_in", moment, project)
    # What people read is whole, with the person or without.
    verify(project / "serving" / "also_bought.duckdb")
    code, words = forget("--column", COLUMN, "--column", "main_raw.requests.who")
    assert code == 0, words
    assert files_with_canary(project) == {"ids.txt", "erased_customers.csv", "notes.txt"}
    hidden = {file.name for file in project.iterdir() if file.name.startswith(".")}
    assert hidden == {".erased_customers.csv.lock"}


def test_all_that_is_held_is_told_and_nothing_of_others(project):
    with duckdb.connect("also_bought.duckdb") as connection:
        connection.execute(
            f"""
            create table main_published.users as select '{CANARY}' as user_id, 7 as user_key
            union all select 'bob', 8;
            create table main_published.user_neighbours as
            select '{CANARY}' as user_id, 'bob' as neighbour_id union all select 'ann', '{CANARY}';
            create table main_published.user_neighbours_by_cut as
            select 8 as user_key, 7 as neighbour_key union all select 9, 8;
            create table main_published.item_neighbours_by_cut as
            select 3 as item_key, 7 as neighbour_key;
            create table main_published.votes as
            select 7 as user_key, 'jam' as item_id union all select 8, 'tea';
            """
        )
    done = CliRunner().invoke(app, ["about", CANARY, "--to", "told.md"])
    assert done.exit_code == 0, done.output
    told = Path("told.md").read_text()
    assert stat.S_IMODE(Path("told.md").stat().st_mode) == 0o600
    for words in (
        "## main_published.user_recommendations\n\nOne row per user.\n\n- user_id:",
        "## main_raw.raw_orders\n\nReceived from the shop, as it came.",
        f"- user_id: {CANARY}; neighbour_id: (another customer)",
        "- user_id: (another customer); neighbour_id: " + CANARY,
        "- user_key: 7; item_id: jam",
        "- user_key: (another customer); neighbour_key: 7",
        "## main_raw.requests",
    ):
        assert words in told
    assert told.count("line: ") == 400
    assert told.count("neighbour_key: ") == 1
    for other in ("tea", "bob", "ann", OTHERS[0]):
        assert other not in told.replace("canary-4711-of-nobody is", "")
    done = CliRunner().invoke(app, ["about", "nobody", "--to", "nothing.md"])
    assert done.exit_code == 1
    assert "No table names this customer" in done.output
    assert not Path("nothing.md").exists()
