"""What is killed on a tiny shop: `python kill_actions.py ACTION FOLDER` does one action once."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
from forgetting_shop import build, files_with_canary, forget_in, write_project
from small_publication import small_rows, write_publication

from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.export import export
from also_bought.publishing.rollback import roll_back
from also_bought.publishing.serving_pair import ServingPair, number_of
from also_bought.publishing.verification import verify
from also_bought.report.page import write_report

KEPT = 2
SERVING = Path("serving", "also_bought.duckdb")
REPORTED = Path("reported.duckdb")
REPORT = Path("pages", "report.html")
# Beside what is published, exported or shown: locks, and nothing else that begins with a dot.
LOCKS = {".also_bought.duckdb.lock", ".current.json.lock", ".report.html.lock"}
LOCKS |= {".erased_customers.csv.lock"}


def write_shop(folder: Path) -> None:
    """Write a shop that was published twice, exported and shown."""
    write_project(folder)
    write_publication(folder / REPORTED, small_rows())
    show_page(folder)


def publish_next(folder: Path) -> None:
    """Publish once more."""
    publish(folder / "also_bought.duckdb", folder / SERVING, kept_count=KEPT)


def go_back(folder: Path) -> None:
    """Read another of the kept publications."""
    pair = ServingPair.of(folder / SERVING)
    now = number_of(pair.current.resolve())
    roll_back(folder / SERVING, max(set(pair.kept()) - {now}))


def export_next(folder: Path) -> None:
    """Export what is published."""
    export(folder / SERVING, folder / "exported")


def show_page(folder: Path) -> None:
    """Write the report."""
    write_report(folder / REPORTED, folder / REPORT, 3)


ACTIONS: dict[str, Callable[[Path], None]] = {
    "publish": publish_next,
    "rollback": go_back,
    "export": export_next,
    "report": show_page,
    "forget": forget_in,
}


def make_ready(action: str, folder: Path) -> None:
    """Give an action something to do."""
    if action == "publish":
        build(folder / "also_bought.duckdb")
    if action == "export":
        publish_next(folder)


def assert_whole(folder: Path) -> None:
    """See that readers find one publication, one export and one page, whole."""
    whole = verify(folder / SERVING)
    pair = ServingPair.of(folder / SERVING)
    with duckdb.connect(str(pair.figures), read_only=True) as connection:
        numbers = connection.execute("select distinct publication_number from publication")
        assert numbers.fetchall() == [(whole.publication_number,)]
    exported = folder / "exported"
    current = json.loads((exported / "current.json").read_text())["folder"]
    for table in json.loads((exported / current / "manifest.json").read_text())["tables"].values():
        for file in table["files"]:
            content = (exported / current / file["path"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"], file["path"]
    page = (folder / REPORT).read_text()
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


def assert_done(action: str, folder: Path) -> None:
    """See that an action that was killed once left nothing behind when it was done again."""
    assert_whole(folder)
    hidden = {file.name for file in folder.rglob(".*")}
    assert hidden <= LOCKS, hidden - LOCKS
    assert len(ServingPair.of(folder / SERVING).kept()) <= KEPT + 2
    assert len(list((folder / "exported").glob("publication-*"))) <= 2
    if action == "forget":
        assert files_with_canary(folder) == {"ids.txt", "erased_customers.csv", "notes.txt"}


if __name__ == "__main__":
    ACTIONS[sys.argv[1]](Path(sys.argv[2]))
