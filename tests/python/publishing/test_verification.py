"""Whether what is published is what was published: any cell, any byte."""

import random
from pathlib import Path

import duckdb
import pytest
from dbt_project import IS_LONG
from fake_build import write_build
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.verification import VerificationError, verify

PLACES = 100 if IS_LONG else 10
FIGURES = "also_bought_bi.duckdb"
# A value of its own type that no cell of it has.
OTHER_VALUES = {
    "VARCHAR[]": "['other']",
    "ENUM('kept', 'rejected')": "'rejected'",
    "TIMESTAMP": "timestamp '1999-01-01'",
    "TIMESTAMP WITH TIME ZONE": "timestamptz '1999-01-01'",
    "VARCHAR": "'other'",
}


@pytest.fixture
def serving_file(tmp_path: Path) -> Path:
    """Return a serving file of the second publication of a build."""
    database, file = tmp_path / "build.duckdb", tmp_path / "serving" / "also_bought.duckdb"
    write_build(database, "run-1")
    publish(database, file)
    write_build(database, "run-2", items=2_000)
    publish(database, file)
    return file


def cells(file: Path) -> list[tuple[str, str, str, int]]:
    """Return table, column, type and row of every cell of a file."""
    found = []
    with duckdb.connect(str(file), read_only=True) as connection:
        for table, column, data_type in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where not internal order by all"
        ).fetchall():
            table = '"' + table.replace('"', '""') + '"'
            [(rows,)] = connection.execute(f"select count(*) from {table}").fetchall()
            found += [(table, column, data_type, row) for row in range(rows)]
    return found


@pytest.mark.parametrize("name", ["also_bought.duckdb", FIGURES])
def test_any_one_cell_that_was_changed_is_found(serving_file, name):
    before = verify(serving_file)
    assert (before.publication_number, before.run_id, before.table_count) == (2, "run-2", 3)
    file = serving_file.with_name(name)
    original = file.read_bytes()
    chosen = random.Random(name)
    of_columns: dict[tuple[str, str], list] = {}
    for cell in cells(file):
        of_columns.setdefault(cell[:2], []).append(cell)
    # Each column of each table, publishing's own included, and places anywhere.
    places = [chosen.choice(found) for found in of_columns.values()]
    places += chosen.sample(cells(file), PLACES)
    for table, column, data_type, row in places:
        other = OTHER_VALUES.get(data_type, "12345")
        with duckdb.connect(str(file)) as connection:
            changed = connection.execute(
                f'update {table} set "{column}" = {other} where rowid = {row}'
                f' and "{column}" is distinct from {other}'
            ).fetchall()
        assert changed == [(1,)], (table, column, row)
        with pytest.raises(VerificationError, match="is not what was published"):
            verify(serving_file)
        file.write_bytes(original)
    assert verify(serving_file) == before


@pytest.mark.parametrize("name", ["also_bought.duckdb", FIGURES])
def test_any_byte_that_flipped_is_found(serving_file, name):
    file = serving_file.with_name(name)
    original = file.read_bytes()
    chosen = random.Random(name)
    # Three headers of 4,096 bytes come before the blocks.
    for place in chosen.sample(range(3 * 4096, len(original)), PLACES):
        flipped = bytearray(original)
        flipped[place] ^= 1 << chosen.randrange(8)
        file.write_bytes(flipped)
        with pytest.raises(VerificationError) as caught:
            verify(serving_file)
        assert len(str(caught.value).splitlines()) == 3
    file.write_bytes(original)
    verify(serving_file)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("delete from popular_items where item_id = 7", "popular_items has 1999 rows, not 2000"),
        ("drop table rejected_order_lines", "rejected_order_lines is missing"),
        ("alter table popular_items rename score to points", "popular_items has other contents"),
        ("update publication set row_count = 1", "the seal of publication and of"),
        ("delete from publication_history where publication_number = 1", "the seal of publication"),
        ("delete from publication where table_name = 'popular_items'", "the seal of publication"),
        ("alter table publication drop publication_seal", "a version that wrote no seal"),
    ],
)
def test_the_command_says_what_was_changed(serving_file, statement, words):
    command = ["verify", "--from", str(serving_file)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert "Verified publication 2 (run id run-2): 3 tables and 2,019 rows" in done.output
    with duckdb.connect(str(serving_file)) as connection:
        connection.execute(statement)
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1
    assert words in done.output
    assert len(done.output.splitlines()) <= 5


def test_a_place_without_a_publication_is_named(tmp_path):
    done = CliRunner().invoke(app, ["verify", "--from", str(tmp_path / "absent.duckdb")])
    assert done.exit_code == 1
    assert "There is no published file" in done.output
