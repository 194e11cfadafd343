"""Going back to an earlier publication: what people read, and what is kept of the later ones."""

import errno
import os
import shutil
from pathlib import Path

import duckdb
import pytest
from fake_build import write_build
from killed import assert_killed
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.publishing import rollback as module
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.rollback import RollbackDoubtError, roll_back

KEPT = 3


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a build of which six publications were made and four are kept."""
    folder = tmp_path_factory.mktemp("published")
    for number in range(1, 7):
        publish_next(folder / "build.duckdb", folder / "serving" / "also_bought.duckdb", number)
    return folder


@pytest.fixture
def serving_file(published: Path, tmp_path: Path) -> Path:
    """Return the serving file in a copy of that folder."""
    shutil.copytree(published, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "serving" / "also_bought.duckdb"


@pytest.fixture
def database(serving_file: Path) -> Path:
    """Return the build database beside it."""
    return serving_file.parents[1] / "build.duckdb"


def publish_next(database: Path, serving_file: Path, number: int) -> None:
    """Publish a build whose rows and history of metrics carry a number."""
    write_build(database, f"run-{number}", items=3)
    assert publish(database, serving_file, kept_count=KEPT).publication_number == number


def seen(serving_file: Path) -> set[str]:
    """Return the run ids that readers of both files see, by column and by content."""
    found = set()
    for file in (serving_file, serving_file.with_name("also_bought_bi.duckdb")):
        with duckdb.connect(str(file), read_only=True) as connection:
            found |= {
                run_id
                for (run_id,) in connection.execute(
                    "select run_id from popular_items union select run_id from publication"
                    " union select split_part(item_name, ' ', 1) from popular_items"
                ).fetchall()
            }
    return found


def publications(serving_file: Path) -> set[int]:
    """Return the numbers of the publications that take room."""
    folder = serving_file.with_name("also_bought.duckdb.publications")
    return {int(entry.name.split("-")[0]) for entry in folder.iterdir() if not entry.is_symlink()}


def command(*arguments: object) -> tuple[int, str]:
    """Run the program and return its exit code and what it says."""
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert len(done.output.splitlines()) <= 5
    return done.exit_code, done.output


def test_people_read_any_kept_publication_again_and_the_history_goes_on(database, serving_file):
    assert publications(serving_file) == {3, 4, 5, 6}
    for arguments, number in (((), 5), ((), 4), ((3,), 3), ((6,), 6), ((4,), 4)):
        code, words = command("rollback", *arguments, "--to", serving_file)
        assert (code, seen(serving_file)) == (0, {f"run-{number}"})
        assert f"publication {number} (run id run-{number}) again" in words
    # The next publication is the seventh, and knows the six before.
    publish_next(database, serving_file, 7)
    assert seen(serving_file) == {"run-7"}
    # The one that was read until now stays beside the latest three.
    assert publications(serving_file) == {4, 5, 6, 7}
    with duckdb.connect(str(serving_file), read_only=True) as connection:
        numbers = connection.execute(
            "select distinct publication_number from publication_history order by 1"
        ).fetchall()
    assert numbers == [(number,) for number in range(1, 8)]
    roll_back(serving_file, 4)
    for number in (8, 9):
        publish_next(database, serving_file, number)
        assert len(publications(serving_file)) <= KEPT + 2
    assert publications(serving_file) == {6, 7, 8, 9}


def test_what_is_not_kept_or_was_changed_is_refused(serving_file):
    code, words = command("rollback", 2, "--to", serving_file)
    assert code == 1
    assert "Publication 2 is not kept" in words
    assert "3, 4, 5, 6 (read now: 6)" in words
    [folder] = serving_file.with_name("also_bought.duckdb.publications").glob("5-*")
    for file in (serving_file.name, "also_bought_bi.duckdb"):
        before = (folder / file).read_bytes()
        with duckdb.connect(str(folder / file)) as connection:
            connection.execute("update popular_items set score = 9 where item_id = 1")
        code, words = command("rollback", "--to", serving_file)
        assert code == 1
        assert "Not rolled back. What is published is not what was published" in words
        assert seen(serving_file) == {"run-6"}
        (folder / file).write_bytes(before)
    command("rollback", 3, "--to", serving_file)
    code, words = command("rollback", "--to", serving_file)
    assert code == 1
    assert "No earlier publication is kept" in words
    code, words = command("rollback", "--to", serving_file.with_name("other.duckdb"))
    assert code == 1
    assert "There is no publication to go back from" in words


@pytest.mark.parametrize(
    "moment",
    [
        "before verify_folder",
        "after verify_folder",
        "before ServingPair.make_current",
        "before Path.replace",
        "after Path.replace",
        "before flush_to_disk",
    ],
)
def test_a_killed_rollback_leaves_one_whole_publication(database, serving_file, moment):
    holder = "also_bought.publishing.rollback.roll_back"
    assert_killed(holder, moment, serving_file)
    is_back = moment in ("after Path.replace", "before flush_to_disk")
    assert seen(serving_file) == ({"run-5"} if is_back else {"run-6"})
    roll_back(serving_file, 5)
    publish_next(database, serving_file, 7)
    assert seen(serving_file) == {"run-7"}
    assert {entry.name for entry in serving_file.parent.iterdir()} == {
        "also_bought.duckdb",
        "also_bought_bi.duckdb",
        "also_bought.duckdb.publications",
        ".also_bought.duckdb.lock",
    }


def test_a_disk_that_fails_after_the_rename_is_not_called_not_rolled_back(
    serving_file, monkeypatch
):
    def fail(_path):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(module, "flush_to_disk", fail)
    with pytest.raises(RollbackDoubtError, match=r"Rolled back, but .*Input/output error"):
        roll_back(serving_file)
    assert seen(serving_file) == {"run-5"}
    assert command("rollback", 4, "--to", serving_file)[0] == 3
