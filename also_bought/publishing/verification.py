"""Compare what is published with what was written of it when it was published.

Every table is read, counted and hashed anew. The table `publication` says what each must be, and
its seal covers that table itself and the others of publishing's own.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from also_bought.errors import ExplainedError, first_few
from also_bought.publishing.duckdb_file import STAGED, DuckDBFile
from also_bought.publishing.own_tables import PUBLICATION_TABLE
from also_bought.publishing.publication import RUN_ID_COLUMN, PublishedGroup, PublishedTable
from also_bought.publishing.serving_file import Published, ServingFileError
from also_bought.publishing.serving_pair import ServingPair
from also_bought.publishing.warehouse import Warehouse
from also_bought.sql import literal, relation

ALL_GROUPS = frozenset(PublishedGroup)


class VerificationError(ExplainedError):
    """What is published is not what was published, or nobody can tell."""


@dataclass(frozen=True)
class Verified:
    """A publication that is as it was written."""

    publication_number: int
    run_id: str
    table_count: int
    row_count: int


def verify(published: Published) -> Verified:
    """Read all that is published, and compare it with what publishing wrote of it.

    Parameters
    ----------
    published : pathlib.Path or PublishedElsewhere
        What `also-bought publish` wrote. Of a file, the file of figures beside it is read, too.

    Returns
    -------
    Verified
        The publication.

    Raises
    ------
    VerificationError
        When a cell, a row, a table or a block of a file is not what was published, or the
        publication is of a version that wrote no seal.
    ServingFileError
        When there is no publication, or its database cannot be reached.
    """
    if not isinstance(published, Path):
        with published.opened() as database:
            return verified(database)
    pair = ServingPair.of(published)
    if not pair.whole.exists():
        raise ServingFileError(
            "There is no published file.",
            pair.whole,
            "run `dbt build`, then `also-bought publish`, or name a file with --from.",
        )
    if pair.current.exists():
        _verified_file(pair.figures, frozenset({PublishedGroup.BI}))
    return _verified_file(pair.whole, ALL_GROUPS)


def verify_folder(pair: ServingPair, folder: Path) -> Verified:
    """Verify both files of a publication that may not be the current one."""
    _verified_file(folder / pair.figures.name, frozenset({PublishedGroup.BI}))
    return _verified_file(folder / pair.whole.name, ALL_GROUPS)


def _verified_file(file: Path, groups: frozenset[PublishedGroup]) -> Verified:
    try:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"attach {literal(file)} as {STAGED[0]} (read_only)")
            return verified(DuckDBFile(connection, str(file)), groups)
    except duckdb.Error as error:
        raise _not_as_published(
            [f"it cannot be read: {str(error).splitlines()[0]}"], file
        ) from error


def verified(database: Warehouse, groups: frozenset[PublishedGroup] = ALL_GROUPS) -> Verified:
    """Verify the tables of some groups that a database holds."""
    schema = database.place(PublishedGroup.BI)
    is_as_sealed = database.is_as_sealed(schema)
    if is_as_sealed is None:
        raise VerificationError(
            "This is no publication, or one of a version that wrote no seal.",
            database.name,
            "run `also-bought publish`, then verify what it wrote.",
        )
    if not is_as_sealed:
        raise _not_as_published(
            ["the seal of publication and of publishing's other own tables is broken"],
            database.name,
        )
    rows = database.query(
        "select publication_number, run_id, table_name, row_count, content_hash, published_group"
        f" from {relation(*schema, PUBLICATION_TABLE)}"
    )
    number, run_id, *_ = rows[0]
    row_count, faults = 0, []
    for _, _, name, expected_rows, content_hash, group in rows:
        if PublishedGroup(group) in groups:
            expected = PublishedTable(name, expected_rows, content_hash)
            faults += _faults(database, expected, PublishedGroup(group), run_id)
            row_count += expected_rows
    if faults:
        raise _not_as_published(faults, database.name)
    return Verified(number, run_id, len(rows), row_count)


def _faults(
    database: Warehouse, expected: PublishedTable, group: PublishedGroup, run_id: str
) -> list[str]:
    table = database.describe(database.place(group), expected.name)
    if table is None:
        return [f"{expected.name} is missing"]
    found = database.measure(table)
    if found.row_count != expected.row_count:
        return [f"{expected.name} has {found.row_count} rows, not {expected.row_count}"]
    run_ids = database.query(f"select distinct {RUN_ID_COLUMN} from {table.relation}")
    if found != expected or run_ids not in ([], [(run_id,)]):
        return [f"{expected.name} has other contents"]
    return []


def _not_as_published(faults: list[str], where: object) -> VerificationError:
    return VerificationError(
        f"What is published is not what was published: {first_few(faults, '; ')}.",
        where,
        "find out who writes there, then run `also-bought publish`, or `also-bought rollback`.",
    )
