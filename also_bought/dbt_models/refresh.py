"""Neighbours of an earlier build, for rows that are as they were then.

Whether a row is as it was, and which one it is, both are told by its *fingerprint*: one number for
who it is and all that its neighbours depend on. Keys are numbered anew in every build.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from also_bought.dbt_models.relations import arrays_at
from also_bought.kernel.matrix import Lists
from also_bought.kernel.neighbours import REFRESHABLE_SCHEMA

FINGERPRINT = pa.field("row_fingerprint", pa.uint64(), nullable=False)
_COLUMNS = ["cut_key", *REFRESHABLE_SCHEMA.names, FINGERPRINT.name]
_ROWS_AT_ONCE = 1 << 20


def earlier_neighbours(
    session: duckdb.DuckDBPyConnection, table: Any
) -> duckdb.DuckDBPyRelation | None:
    """Return the table as an earlier build left it, or None where it cannot be built upon.

    Parameters
    ----------
    session : duckdb.DuckDBPyConnection
    table : the model's own `dbt.this`

    Returns
    -------
    duckdb.DuckDBPyRelation or None
        None where there is no such table, or one without fingerprints or with dot products that
        64 bits do not hold.
    """
    columns = session.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_catalog = ? and table_schema = ? and table_name = ?",
        [part.strip('"') for part in (table.database, table.schema, table.identifier)],
    ).fetchall()
    types = dict(columns)
    if types.keys() >= set(_COLUMNS) and types["dot_product"] == "BIGINT":
        return session.table(str(table))
    return None


class Refresh:
    """What is known at each cut beforehand, and what the next build will want to know.

    Parameters
    ----------
    fingerprints : duckdb.DuckDBPyRelation
        Cut, row key and fingerprint: one row per cut and row. By position.
    earlier : duckdb.DuckDBPyRelation or None
        What `earlier_neighbours` returns.
    spare : int
        How many neighbours beyond K are kept, 1 or more: so many may change before a row's list
        is found anew.
    """

    def __init__(
        self,
        fingerprints: duckdb.DuckDBPyRelation,
        earlier: duckdb.DuckDBPyRelation | None,
        *,
        spare: int,
    ) -> None:
        self._fingerprints, self._earlier, self.spare = fingerprints, earlier, spare

    def fingerprint_of_key(self, cut: int) -> NDArray[np.uint64]:
        """Return an array with the fingerprint of each row key."""
        keys, fingerprints = arrays_at(self._fingerprints, cut)
        of_key = np.zeros(keys.max(initial=-1) + 1, np.uint64)
        of_key[keys] = fingerprints
        return of_key

    def known(self, cut: int, fingerprint_of_key: NDArray[np.uint64]) -> Lists | None:
        """Return what `cosine_neighbours` takes as `known`, or None where nothing is."""
        if self._earlier is None:
            return None
        of_cut = self._earlier.filter(f"cut_key = {cut}")
        # A row that is somebody's neighbour has neighbours, and so a first one.
        old_keys, old_fingerprints = arrays_at(
            self._earlier.filter("rank = 1").select("cut_key, row_key, row_fingerprint"), cut
        )
        new_keys = np.flatnonzero(fingerprint_of_key)
        new_fingerprints = fingerprint_of_key[new_keys]
        _, old_places, new_places = np.intersect1d(
            old_fingerprints, new_fingerprints, return_indices=True
        )
        key_of_old = np.full(old_keys.max(initial=-1) + 1, -1, np.int32)
        key_of_old[old_keys[old_places]] = new_keys[new_places]

        def batches() -> Iterator[pa.RecordBatch]:
            columns = of_cut.select(*REFRESHABLE_SCHEMA.names)
            for batch in columns.to_arrow_reader(_ROWS_AT_ONCE):
                rows, others, *rest = batch.columns
                rows, others = key_of_old[rows.to_numpy()], key_of_old[others.to_numpy()]
                both = pa.array((rows >= 0) & (others >= 0))
                yield pa.record_batch([rows, others, *rest], schema=REFRESHABLE_SCHEMA).filter(both)

        return batches
