"""A folder for a web server: the page, and any customer of the published file looked up beside it.

A browser reads the file by parts, with DuckDB-WASM. Everything that it needs lies in the folder, so
it asks nothing of any other server.
"""

import errno
import json
import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from also_bought.publishing.serving_file import Published, serving_file_opened
from also_bought.publishing.swapping import (
    FILE_MODE,
    FOLDER_MODE,
    flush_to_disk,
    make_folder,
    only_writer,
    staging_folder,
)
from also_bought.report.figures import rows_of
from also_bought.report.page import (
    Browsing,
    Report,
    ReportError,
    page_of,
    put_page,
    refuse_other_file,
)

NPM = files("also_bought.report") / "npm"
# What a browser loads of npm's packages, by the name that it has in the folder.
ENGINE_FILES = {
    "arrow.js": "apache-arrow/Arrow.es2015.min.js",
    "duckdb.js": "@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.cjs",
    "duckdb.wasm": "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm",
}
PAGE = "index.html"
# Another file system, one without links, too many of them, or a file of somebody else.
NO_LINK = (errno.EXDEV, errno.ENOTSUP, errno.EMLINK, errno.EPERM, errno.EACCES)


def write_folder(published: Published, directory: Path, docs: str | None = None) -> Report:
    """Write a folder in which a browser looks up any customer of a publication.

    The page is replaced last, by one rename. The file that a page names lies beside it as long as
    the page does.

    Parameters
    ----------
    published : pathlib.Path or PublishedElsewhere
        What `also-bought publish` wrote.
    directory : pathlib.Path
        The folder; it is made when absent.
    docs : str, optional
        Where dbt's documentation is opened. Each table then links to what its columns mean.

    Returns
    -------
    Report
        The page that was written, with nobody in it.

    Raises
    ------
    ReportError
        When the folder holds something else, npm's packages cannot be had, another report is
        written there, or a file cannot be written.
    ServingFileError
        When what was published cannot be read.
    """
    directory = Path(os.path.realpath(directory))
    page = directory / PAGE
    is_busy = ReportError(
        "Another report is being written to this folder.", directory, "wait until it has ended."
    )
    try:
        if not page.exists() and directory.exists() and any(directory.iterdir()):
            raise ReportError(
                "The folder is not empty, and holds no report.",
                directory,
                "name another folder with --to, or empty it.",
            )
        refuse_other_file(page)
        make_folder(directory)
        with only_writer(page, is_busy), staging_folder(page) as staging:
            engine = _engine(directory, staging)
            staged = staging / "published.duckdb"
            _give(published, staged)
            with serving_file_opened(staged) as connection:
                file = directory / _name_of(connection)
                report = page_of(connection, Browsing(file.name, f"{engine.name}/"), docs=docs)
            staged.replace(file)
            flush_to_disk(directory)
            written = put_page(page, report, staging)
            for other in directory.glob("publication-*.duckdb"):
                if other != file:
                    other.unlink()
    except OSError as error:
        raise ReportError(
            f"The folder cannot be written: {error.strerror or error}.",
            error.filename or directory,
            "check its permissions and the free space, or name another folder with --to.",
        ) from error
    return written


def _name_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a name that no other publication has."""
    [publication] = rows_of(
        connection,
        "select distinct publication_number, md5(run_id) as digest from publication",
    )
    return f"publication-{publication['publication_number']}-{publication['digest'][:12]}.duckdb"


def _give(published: Published, staged: Path) -> None:
    """Give the published file a second name, or copy it where it can have none."""
    if not isinstance(published, Path):
        published.copy_to(staged)
        staged.chmod(FILE_MODE)
        return
    with serving_file_opened(published):
        # What is absent or no serving file is said in words.
        pass
    try:
        os.link(os.path.realpath(published), staged)
    except OSError as error:
        if error.errno not in NO_LINK:
            raise
        shutil.copyfile(published, staged)
        staged.chmod(FILE_MODE)
        flush_to_disk(staged)


def _engine(directory: Path, staging: Path) -> Path:
    """Return the folder with DuckDB-WASM, from npm where it is not there yet."""
    manifest: dict[str, Any] = json.loads((NPM / "package.json").read_text(encoding="utf-8"))
    [version] = manifest["dependencies"].values()
    engine = directory / f"duckdb-wasm-{version}"
    if engine.exists():
        return engine
    packages, staged = staging / "npm", staging / engine.name
    packages.mkdir()
    for name in ("package.json", "package-lock.json"):
        (packages / name).write_bytes((NPM / name).read_bytes())
    _run_npm(packages)
    staged.mkdir()
    for name, source in ENGINE_FILES.items():
        shutil.copyfile(packages / "node_modules" / source, staged / name)
        (staged / name).chmod(FILE_MODE)
        flush_to_disk(staged / name)
    staged.chmod(FOLDER_MODE)
    staged.rename(engine)
    return engine


def _run_npm(packages: Path) -> None:
    """Install what the lock file says, and run nothing of it."""
    try:
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=packages,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise ReportError(
            "A folder to browse needs npm, which brings DuckDB for the browser.",
            "the programs on the PATH",
            "install Node.js with npm, once; or leave out --browse for a page of a sample.",
        ) from error
    if done.returncode:
        first = next((line for line in done.stderr.splitlines() if "error" in line), "no message")
        raise ReportError(
            f"npm could not install DuckDB for the browser: {first}.",
            "npm's registry",
            "see that `npm ping` succeeds, then write the folder again.",
        )
