"""The folder that `report --browse` writes: what lies in it, who may read it, what is refused."""

import json
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from small_publication import small_rows, write_publication
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.report import browse
from also_bought.report.browse import ENGINE_FILES, NPM, write_folder
from also_bought.report.page import ReportError


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what is published of the small shop."""
    file = tmp_path_factory.mktemp("published") / "also_bought.duckdb"
    write_publication(file, small_rows())
    return file


@pytest.fixture
def serving_file(published: Path, tmp_path: Path) -> Path:
    """Return a serving file of its own."""
    (tmp_path / "serving").mkdir()
    file = tmp_path / "serving" / "also_bought.duckdb"
    shutil.copyfile(published, file)
    file.chmod(0o640)
    return file


@pytest.fixture(autouse=True)
def npm(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Put files where npm would, and return its commands. `make test-report` runs it."""
    commands = []

    def install(command: list[str], cwd: Path, **_: object) -> subprocess.CompletedProcess:
        commands.append(command)
        for source in ENGINE_FILES.values():
            file = cwd / "node_modules" / source
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(browse.subprocess, "run", install)
    return commands


def publish_again(file: Path, run_id: str) -> None:
    """Put another publication in place of the file, as publishing does."""
    beside = file.with_name("next.duckdb")
    shutil.copyfile(file, beside)
    with duckdb.connect(str(beside)) as connection:
        connection.execute("update publication set run_id = ?", [run_id])
    beside.chmod(0o640)
    beside.replace(file)


def test_the_folder_names_nobody_beyond_the_published_file(serving_file, tmp_path):
    folder = write_folder(serving_file, tmp_path / "report").file.parent
    names = sorted(path.name for path in folder.iterdir())
    [engine, page, data] = [name for name in names if not name.startswith(".")]
    assert (engine, page) == ("duckdb-wasm-1.32.0", "index.html")
    assert json.dumps(data) in (folder / page).read_text()
    for path in (folder / page, *(folder / engine).iterdir()):
        assert "U1" not in path.read_text()
    # It is that file, not a copy of it.
    assert (folder / data).stat().st_ino == serving_file.stat().st_ino
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o640}
    assert folder.stat().st_mode & 0o777 == 0o750
    assert "<strong>Private:</strong>" in (folder / page).read_text()


def test_another_file_system_gets_a_copy_of_the_same_mode(serving_file, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(browse.errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(browse.os, "link", refuse)
    folder = write_folder(serving_file, tmp_path / "report").file.parent
    [data] = folder.glob("publication-*.duckdb")
    assert data.read_bytes() == serving_file.read_bytes()
    assert data.stat().st_ino != serving_file.stat().st_ino
    assert data.stat().st_mode & 0o777 == 0o640


def test_the_next_publication_takes_the_place_of_the_last_and_asks_npm_for_nothing(
    serving_file, tmp_path, npm
):
    folder = write_folder(serving_file, tmp_path / "report").file.parent
    [first] = folder.glob("publication-*.duckdb")
    publish_again(serving_file, "another-run")
    write_folder(serving_file, folder)
    [second] = folder.glob("publication-*.duckdb")
    assert first != second
    assert second.stat().st_ino == serving_file.stat().st_ino
    assert second.name in (folder / "index.html").read_text()
    assert len(npm) == 1


def test_what_npm_brings_is_pinned_by_hash_and_nothing_of_it_is_run(serving_file, tmp_path, npm):
    write_folder(serving_file, tmp_path / "report")
    [command] = npm
    assert command[:3] == ["npm", "ci", "--ignore-scripts"]
    locked = json.loads((NPM / "package-lock.json").read_text())["packages"]
    packages = [package for name, package in locked.items() if name]
    assert len(packages) > 1
    assert all(package["integrity"].startswith("sha512-") for package in packages)


def test_a_folder_of_something_else_is_not_touched(serving_file, tmp_path):
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").write_text("cat")
    with pytest.raises(ReportError, match="not empty, and holds no report"):
        write_folder(serving_file, other)
    assert [path.name for path in other.iterdir()] == ["cat.jpg"]


def test_a_failure_leaves_the_folder_as_it_was(serving_file, tmp_path, monkeypatch):
    folder = write_folder(serving_file, tmp_path / "report").file.parent
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    publish_again(serving_file, "another-run")

    def full_disk(*_):
        raise OSError(browse.errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(browse, "flush_to_disk", full_disk)
    with pytest.raises(ReportError, match="No space left"):
        write_folder(serving_file, folder)
    # What the page names is still there; the new file beside it goes with the next report.
    assert {path: path.read_bytes() for path in before} == before
    assert not [path for path in folder.iterdir() if path.name.endswith(".publishing")]


@pytest.mark.parametrize("fault", ["absent", "failing"])
def test_without_npm_the_command_says_so_and_writes_nothing(
    serving_file, tmp_path, monkeypatch, fault
):
    def no_npm(command: list[str], **_: object) -> subprocess.CompletedProcess:
        if fault == "absent":
            raise FileNotFoundError(2, "No such file or directory", "npm")
        return subprocess.CompletedProcess(command, 1, "", "npm warn x\nnpm error code EINTEGRITY")

    monkeypatch.setattr(browse.subprocess, "run", no_npm)
    said = CliRunner().invoke(
        app,
        ["report", "--browse", "--from", str(serving_file), "--to", str(tmp_path / "report")],
    )
    assert said.exit_code == 1
    assert len(said.output.splitlines()) == 3
    assert ("npm" if fault == "absent" else "EINTEGRITY") in said.output
    assert not [path for path in (tmp_path / "report").iterdir() if path.name[0] != "."]


def test_the_command_says_how_to_serve_the_folder(serving_file, tmp_path):
    folder = tmp_path / "report"
    arguments = ["report", "--browse", "--from", str(serving_file), "--to", str(folder)]
    said = CliRunner().invoke(app, arguments)
    assert said.exit_code == 0, said.output
    assert f"npx http-server {folder} -a 127.0.0.1" in said.output
    refused = CliRunner().invoke(app, [*arguments, "--customers", "3"])
    assert refused.exit_code == 1
    assert len(refused.output.splitlines()) == 3
