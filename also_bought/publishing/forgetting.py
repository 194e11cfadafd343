"""Forget people: out of the inputs, out of what was built, out of what was published, and prove it.

Every step may be done again. Whatever stops it, the same command goes on.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from also_bought.errors import ExplainedError, first_few
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.export import export, remove_earlier_exports
from also_bought.publishing.pseudonyms import Pseudonyms
from also_bought.publishing.publication import PublishError
from also_bought.publishing.serving_pair import ServingPair
from also_bought.publishing.swapping import flush_to_disk, only_writer, private_file
from also_bought.publishing.traces import (
    People,
    files_below,
    files_with,
    longer_words,
    tables_with,
)
from also_bought.sql import literal, quoted, relation

TOMBSTONE_COLUMN = "customer_id"
LOG = "erasures.jsonl"


class ForgetError(ExplainedError):
    """People are not forgotten yet, or something of them is still found."""


@dataclass(frozen=True)
class Places:
    """Where people may be found."""

    project: Path
    """The folder where dbt runs."""
    database: Path
    serving_file: Path
    tombstones: Path
    """The CSV file that the build reads: who is to be forgotten, whatever comes in later."""
    input_columns: tuple[str, ...] = ()
    """schema.table.column of inputs in the build database; rows of the people are deleted."""
    exports: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    """What else was written from the publication, such as reports. It is removed."""

    @property
    def dbt_folders(self) -> list[Path]:
        """Where dbt writes copies of code, results and logs."""
        return [self.project / name for name in ("target", "logs")]


@dataclass(frozen=True)
class Forgotten:
    """What was done, without saying of whom."""

    people_count: int
    input_rows: int
    publication_number: int
    searched_files: int


def forget(people: People, asked_by: str, places: Places, dbt_options: list[str]) -> Forgotten:
    """Forget people, and search all that was written for what names them.

    Parameters
    ----------
    people : People
        Their ids.
    asked_by : str
        Who asked, for the log. It must not name one of them.
    places : Places
        Where they may be found.
    dbt_options : list of str
        Options of `dbt build`, such as the folder of its profiles.

    Returns
    -------
    Forgotten
        What was done.

    Raises
    ------
    ForgetError
        When something is still found, dbt fails, or another program forgets or builds.
    PublishError, PublishDoubtError, ExportError, ExportDoubtError
        When the new build is not published or exported.
    """
    if next(iter(_named_in(asked_by, people)), None):
        raise ForgetError(
            "The log must not name who is to be forgotten.",
            "--asked-by",
            "say who asked in other words, such as the number of a request.",
        )
    is_busy = ForgetError(
        "Another `also-bought forget` is running.", places.tombstones, "wait until it has ended."
    )
    with only_writer(places.tombstones, is_busy):
        asked_at = datetime.now(UTC).isoformat(timespec="seconds")
        _write_tombstones(people, places.tombstones)
        input_rows = _delete_inputs(people, places)
        _run_dbt(places, dbt_options)
        _compact(places.database)
        publication = publish(places.database, places.serving_file)
        _remove_earlier(people, places)
        searched = _refuse_traces(people, places)
        forgotten = Forgotten(len(people.ids), input_rows, publication.publication_number, searched)
        _log(places, {"asked_by": asked_by, "asked_at": asked_at}, forgotten)
    return forgotten


def people_of(ids: str, database: Path) -> People:
    """Return the people of a file, or of a column of the build database.

    Raises
    ------
    ForgetError
        When there is no such file or column, or nobody in it.
    """
    file = Path(ids)
    try:
        if file.is_file():
            found = read_tombstones(file)
        else:
            schema, table, column = _parts(ids)
            with duckdb.connect(str(database), read_only=True) as connection:
                rows = connection.execute(
                    f"select distinct trim({quoted(column)}::varchar)"
                    f" from {relation(schema, table)} where {quoted(column)} is not null"
                ).fetchall()
            found = {id_ for (id_,) in rows}
    except (OSError, UnicodeError, csv.Error, duckdb.Error) as error:
        raise ForgetError(
            f"The ids cannot be read: {str(error).splitlines()[0]}", "--ids", "correct it."
        ) from error
    if not found:
        raise ForgetError("Nobody is named there.", "--ids", "write one id a line.")
    return People(frozenset(found), Pseudonyms.from_environment())


def _parts(name: str) -> tuple[str, str, str]:
    parts = name.split(".")
    if len(parts) != 3:
        raise ForgetError(
            f"This is neither a file nor a column: {name}.",
            "--ids or --column",
            "name a column as schema.table.column.",
        )
    return parts[0], parts[1], parts[2]


def _named_in(text: str, people: People) -> list[str]:
    return [word for word in people.words if word.lower() in text.lower()]


def read_tombstones(file: Path) -> set[str]:
    """Return the ids that a file holds, one to a line or in the column customer_id."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        ids = {row[0].strip() for row in csv.reader(lines) if row and row[0].strip()}
    return ids - {TOMBSTONE_COLUMN}


def _write_tombstones(people: People, file: Path) -> None:
    ids = sorted(people.ids | (read_tombstones(file) if file.exists() else set()))
    staged = file.with_name(f".{file.name}.new")
    with private_file(staged, "w") as lines:
        writer = csv.writer(lines, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerows([[TOMBSTONE_COLUMN], *([id_] for id_ in ids)])
    staged.replace(file)
    flush_to_disk(file.absolute().parent)


def _delete_inputs(people: People, places: Places) -> int:
    """Delete the rows of the people from inputs that lie in the build database."""
    count = 0
    try:
        with duckdb.connect(str(places.database)) as connection:
            for name in places.input_columns:
                schema, table, column = _parts(name)
                [(deleted,)] = connection.execute(
                    f"delete from {relation(schema, table)}"
                    f" where regexp_matches({quoted(column)}::varchar, {literal(people.cell)})"
                ).fetchall()
                count += deleted
    except duckdb.Error as error:
        raise ForgetError(
            f"Rows of an input could not be deleted: {str(error).splitlines()[0]}",
            places.database,
            "correct --column, or close the program that has the file open, then run it again.",
        ) from error
    return count


def _run_dbt(places: Places, options: list[str]) -> None:
    """Build all but the seeds anew: those in the database are without the people now."""
    command = ["--quiet", "build", "--full-refresh", "--exclude-resource-type", "unit_test", "seed"]
    environment = os.environ | {
        "ALSO_BOUGHT_DATABASE": str(places.database),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *command, *options],
        cwd=places.project,
        env=environment,
        check=False,
        stdout=sys.stderr,
    )
    if done.returncode:
        raise ForgetError(
            "dbt could not build without the people.",
            places.project.absolute(),
            "mend what dbt says, then run the same command again; they are still published.",
        )


def _compact(database: Path) -> None:
    """Copy what the file holds to a fresh one: deleted rows stay in the blocks of the old one."""
    fresh = database.with_name(f".{database.name}.compact")
    fresh.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(database)} as build")
        connection.execute("checkpoint build")
        connection.execute(f"attach {literal(fresh)} as fresh")
        connection.execute("copy from database build to fresh")
        connection.execute("checkpoint fresh")
    fresh.chmod(database.stat().st_mode)
    flush_to_disk(fresh)
    fresh.replace(database)
    flush_to_disk(database.absolute().parent)


def _remove_earlier(people: People, places: Places) -> None:
    """Remove what was written before: publications, exports, reports, and files of dbt's."""
    pair = ServingPair.of(places.serving_file)
    is_busy = PublishError(
        "Another publish to this serving file is running.", pair.whole, "wait until it has ended."
    )
    with only_writer(pair.whole, is_busy):
        pair.remove_others(Path(os.path.realpath(pair.current)), 0)
    for directory in places.exports:
        export(pair.whole, directory)
        remove_earlier_exports(directory)
    for place in places.removed:
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
    kept = set(files_below([places.database, pair.whole.parent]))
    for file in files_with(places.dbt_folders, people):
        if file not in kept:
            file.unlink()


def _refuse_traces(people: People, places: Places) -> int:
    """Search all that was written, and name what still names the people. Returns the files."""
    pair = ServingPair.of(places.serving_file)
    searched = [
        places.database,
        places.database.with_name(f"{places.database.name}.wal"),
        pair.whole.parent,
        pair.publications,
        *places.exports,
        *places.dbt_folders,
    ]
    with duckdb.connect() as connection:
        connection.execute(f"attach {literal(places.database)} as build (read_only)")
        found = [
            f"{schema}.{table}.{column} ({count} rows)"
            for schema, table, column, count in tables_with(connection, "build", people)
        ]
        longer = longer_words(connection, "build", people)
    if found:
        raise ForgetError(
            f"Still found in the build database: {first_few(found)}.",
            places.database,
            "an input holds it: delete it there, or name its column with --column (and in --ids the"
            " whole of its cells, such as an address), then run the same command again.",
        )
    files = [str(file) for file in files_with(searched, people, longer)]
    if files:
        raise ForgetError(
            f"Still found in files: {first_few(files)}.",
            places.project.absolute(),
            "remove them (--remove), then run the same command again.",
        )
    return len(files_below(searched))


def _log(places: Places, asked: dict[str, str], forgotten: Forgotten) -> None:
    entry = asked | {
        "forgotten_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "people": forgotten.people_count,
        "deleted_input_rows": forgotten.input_rows,
        "publication": forgotten.publication_number,
        "searched_files": forgotten.searched_files,
    }
    with private_file(places.tombstones.with_name(LOG), "a") as lines:
        lines.write(json.dumps(entry) + "\n")
