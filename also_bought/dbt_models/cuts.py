"""The kernels applied at each cut, for the dbt Python models.

What comes in is a DuckDB relation with `cut_key` as its first column, and after it, by position,
the integer columns that the kernel takes. What goes out is read a batch at a time: each cut, or
block of users, is read from the database and worked on when its turn comes, so that memory holds
one of them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

from also_bought.dbt_models.refresh import FINGERPRINT, Refresh
from also_bought.dbt_models.relations import arrays_at
from also_bought.errors import ExplainedError
from also_bought.kernel.matrix import Lists, OverBudgetError
from also_bought.kernel.neighbours import (
    NEIGHBOUR_SCHEMA,
    REFRESHABLE_SCHEMA,
    check_memory,
    cosine_neighbours,
)
from also_bought.kernel.regression import REGRESSION_SCHEMA, item_regression
from also_bought.kernel.votes import VOTE_SCHEMA, strongest_votes
from also_bought.sql import literal

SIGNAL = pa.field("signal", pa.string(), nullable=False)
_USERS_AT_ONCE = 1 << 16


class RefusedWorkError(ExplainedError):
    """Work that the settings do not allow."""

    # dbt-duckdb prints the traceback of what a model raises, and would bury the message in it.
    __traceback__ = None


def neighbours_by_cut(
    weights: duckdb.DuckDBPyRelation,
    *,
    k: int,
    min_shared: int = 1,
    threads: int,
    memory_budget: int,
    eligible: duckdb.DuckDBPyRelation | None = None,
    max_products: int | None = None,
    refresh: Refresh | None = None,
) -> pa.RecordBatchReader:
    """Find the neighbours within each cut; says in dbt's log how much work it is and how far.

    Parameters
    ----------
    weights : duckdb.DuckDBPyRelation
        Cut, row key, column key and weight: one row per cut, row and column.
    eligible : duckdb.DuckDBPyRelation, optional
        Cut and row key: only these rows may be neighbours; all rows have neighbours.
    max_products : int, optional
        Where the cuts together need more multiplications than this, no neighbours are looked for
        at any cut. One takes about a nanosecond, or two where rows have few columns.
    refresh : Refresh, optional
        What an earlier build found, so that only rows that have changed are worked out anew; and
        how many more neighbours are kept for the next one.
    k, min_shared, threads, memory_budget
        Passed to `cosine_neighbours`.

    Returns
    -------
    pyarrow.RecordBatchReader
        `cut_key` and the columns of `NEIGHBOUR_SCHEMA`, sorted by cut, row key and rank; with
        `refresh` those of `REFRESHABLE_SCHEMA`, ranks above K, and each row's fingerprint.

    Raises
    ------
    RefusedWorkError
        If a cut does not fit the memory budget; before any work.
    """
    cut_key, row_key, column_key, weight = weights.columns
    columns = weights.aggregate(
        f"{cut_key}, count(*) as n_pairs, max({row_key}) as row_key, max({weight}) as weight",
        f"{cut_key}, {column_key}",
    ).fetchnumpy()
    held = columns["n_pairs"]
    n_products = int((held * (held - 1) // 2).sum())
    _log(f"neighbours: {n_products:,} multiplications for {held.sum():,} pairs")
    cuts = np.unique(columns[cut_key])
    if max_products is not None and n_products > max_products:
        _log(f"neighbours: none are looked for, {max_products:,} multiplications are the limit")
        cuts = cuts[:0]
    needs = {"k": k, "threads": threads, "memory_budget": memory_budget}
    for cut in cuts:
        of_cut = columns[cut_key] == cut
        n_rows = int(columns["row_key"][of_cut].max()) + 1
        sizes = int(held[of_cut].sum()), n_rows, int(of_cut.sum()), columns["weight"][of_cut].max()
        with _refusing(row_key, cut):
            check_memory(*sizes, **needs | {"k": k + (refresh.spare if refresh else 0)})

    schema = REFRESHABLE_SCHEMA.append(FINGERPRINT) if refresh else NEIGHBOUR_SCHEMA

    def begun(at_cut: int) -> Iterable[pa.RecordBatch]:
        if not refresh:
            return neighbours_at(at_cut)
        fingerprint_of_key = refresh.fingerprint_of_key(at_cut)
        found = neighbours_at(at_cut, refresh.spare, refresh.known(at_cut, fingerprint_of_key))
        return (
            batch.append_column(FINGERPRINT, fingerprint_of_key[batch["row_key"].to_numpy()])
            for batch in found
        )

    def neighbours_at(
        at_cut: int, spare: int | None = None, known: Lists | None = None
    ) -> pa.RecordBatchReader:
        with _refusing(row_key, at_cut):
            return cosine_neighbours(
                *arrays_at(weights, at_cut),
                min_shared=min_shared,
                neighbour_keys=None if eligible is None else arrays_at(eligible, at_cut)[0],
                progress=_log,
                spare=spare,
                known=known,
                **needs,
            )

    # Weights too large for the compiled kernel show only when they are read. The first cut knows
    # most, and an error here is shorter than one from within the query that reads the rows.
    first = [begun(cut) for cut in cuts[:1]]
    return _at_each(cuts, schema, lambda cut: first.pop() if first else begun(cut))


def regression_by_cut(
    purchases: duckdb.DuckDBPyRelation, *, n_items: int, k: int, n_predicted: int | None = None
) -> pa.RecordBatchReader:
    """Find the weights between items within each cut.

    Parameters
    ----------
    purchases : duckdb.DuckDBPyRelation
        Cut, user key and item key: one row per cut, user and item.
    n_items, k, n_predicted
        Passed to `item_regression`.

    Returns
    -------
    pyarrow.RecordBatchReader
        `cut_key` and the columns of `REGRESSION_SCHEMA`, sorted by cut, item and predictor.
    """
    return _at_each(
        _largest_users(purchases),
        REGRESSION_SCHEMA,
        lambda at_cut: item_regression(
            *arrays_at(purchases, at_cut), n_items=n_items, k=k, n_predicted=n_predicted
        ).to_batches(),
    )


def votes_by_cut(
    voters: duckdb.DuckDBPyRelation,
    ballots: duckdb.DuckDBPyRelation,
    owned: duckdb.DuckDBPyRelation,
    **options: int,
) -> pa.RecordBatchReader:
    """Sum the votes of each signal within each cut.

    Parameters
    ----------
    voters, ballots : duckdb.DuckDBPyRelation
        Cut, signal, and the arrays that `strongest_votes` takes.
    owned : duckdb.DuckDBPyRelation
        Cut, and the arrays that `strongest_votes` takes.
    **options
        Passed to `strongest_votes`.

    Returns
    -------
    pyarrow.RecordBatchReader
        `cut_key`, `signal` and the columns of `VOTE_SCHEMA`, sorted by cut, signal, user and item.
    """
    cut_key, signal_column, user_key, *_ = voters.columns
    largest_users = {
        (cut, signal): user
        for cut, signal, user in voters.aggregate(
            f"{cut_key}, {signal_column}, max({user_key})", f"{cut_key}, {signal_column}"
        ).fetchall()
    }

    def of_signal(relation: duckdb.DuckDBPyRelation, signal: str) -> duckdb.DuckDBPyRelation:
        columns = [name for name in relation.columns if name != signal_column]
        return relation.filter(f"{signal_column} = {literal(signal)}").select(*columns)

    def votes(at_cut: int) -> Iterator[pa.RecordBatch]:
        for signal in sorted(signal for cut, signal in largest_users if cut == at_cut):
            its_voters = of_signal(voters, signal)
            cast = arrays_at(of_signal(ballots, signal), at_cut)
            for first in range(0, largest_users[at_cut, signal] + 1, _USERS_AT_ONCE):
                users = first, first + _USERS_AT_ONCE
                found = strongest_votes(
                    arrays_at(its_voters, at_cut, users),
                    cast,
                    arrays_at(owned, at_cut, users),
                    **options,
                )
                yield from found.add_column(
                    0, SIGNAL, pa.repeat(signal, found.num_rows)
                ).to_batches()

    cuts = sorted({cut for cut, _ in largest_users})
    return _at_each(cuts, VOTE_SCHEMA.insert(0, SIGNAL), votes)


@contextmanager
def _refusing(row_key: str, cut: int) -> Iterator[None]:
    """Say what to set where the work of a cut does not fit the memory budget."""
    try:
        yield
    except OverBudgetError as refused:
        raise RefusedWorkError(
            str(refused),
            f"{row_key}, cut {cut}; the var also_bought__neighbours_memory_mb",
            f"set it to {-(-refused.needed // 10**6)} megabytes or more.",
        ) from None


def _largest_users(relation: duckdb.DuckDBPyRelation) -> dict[int, int]:
    """Return the largest user key of each cut, by cut in order."""
    cut_key, user_key, *_ = relation.columns
    return dict(sorted(relation.aggregate(f"{cut_key}, max({user_key})", cut_key).fetchall()))


def _log(line: str) -> None:
    """Write a line to dbt's log."""
    fire_event(Note(msg=line), level=EventLevel.INFO)


def _at_each(
    cuts: Iterable[int],
    schema: pa.Schema,
    batches_of: Callable[[int], Iterable[pa.RecordBatch]],
) -> pa.RecordBatchReader:
    """Put the cut before each of its batches."""
    schema = schema.insert(0, pa.field("cut_key", pa.int32(), nullable=False))

    def batches() -> Iterator[pa.RecordBatch]:
        for cut in cuts:
            for batch in batches_of(cut):
                at_each = np.full(batch.num_rows, cut, np.int32)
                yield pa.record_batch([at_each, *batch.columns], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())
