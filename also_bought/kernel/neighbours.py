"""Exact top-K cosine neighbours over integer counts.

The same function serves users (rows are users, columns are items) and items (the other way
round). Dot products and squared norms are exact integers; the similarity is one float64
division, and ties go to the lower key. So the same input gives the same bits, whatever the row
order, the number of threads or the size of the blocks.

There are two ways to the same rows. `by_sorting` needs numpy alone: it is at once ready, and
takes integers of any size. `by_scattering` is compiled: half a second to load, then some twenty
times as fast, and in little memory.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from also_bought.kernel.matrix import (
    Block,
    Integers,
    KnownLists,
    Lists,
    Matrix,
    Ranking,
    Report,
    TwiceError,
    dense,
)
from also_bought.kernel.plan import Work, fewest_passes
from also_bought.kernel.scattering import by_scattering
from also_bought.kernel.sorting import by_sorting, memory_for_sorting

NEIGHBOUR_SCHEMA = pa.schema(
    [
        pa.field("row_key", pa.int32(), nullable=False),
        pa.field("neighbour_key", pa.int32(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("dot_product", pa.int64(), nullable=False),
        pa.field("shared_columns", pa.int32(), nullable=False),
    ]
)
REFRESHABLE_SCHEMA = NEIGHBOUR_SCHEMA.append(pa.field("is_complete", pa.bool_(), nullable=False))

# Below this many multiplications, loading compiled code costs more than it saves (measured:
# benchmarks/README.md, "Cold start").
_FEW_PRODUCTS = 3_000_000


def cosine_neighbours(
    row_keys: Any,
    column_keys: Any,
    counts: Any,
    *,
    k: int,
    min_shared: int = 1,
    neighbour_keys: Any = None,
    threads: int = 2,
    memory_budget: int = 2_000_000_000,
    progress: Report | None = None,
    spare: int | None = None,
    known: Lists | None = None,
) -> pa.RecordBatchReader:
    """Find the K nearest rows of every row by cosine similarity.

    The similarity of rows a and b is ``dot_product / sqrt(norm2_a * norm2_b)`` in float64, at
    most 1, where ``norm2`` is the sum of a row's squared counts. Neighbours are ranked by
    similarity, highest first, then by key, lowest first.

    Parameters
    ----------
    row_keys, column_keys : numpy or Arrow array of integers, shape (n_pairs,)
        The row and column of each pair, 0 or more; row keys fit in int32. No pair twice.
    counts : numpy or Arrow array of integers, shape (n_pairs,)
        How often the row has the column, 1 or more.
    k : int
        Neighbours kept per row. A lower K keeps the same first neighbours.
    min_shared : int
        Columns that two rows must share to be neighbours. Higher drops neighbours that rest on
        a coincidence, and with them rows that have no others.
    neighbour_keys : numpy or Arrow array of integers, optional
        Only these rows may be neighbours; every row still has its K nearest among them. Changes no
        dot product. Keys that no pair has are ignored.
    threads : int
        Changes speed only.
    memory_budget : int
        Bytes that the call may use beside its arguments and what it returns. Where it is short, the
        rows are taken in several passes: four take about twice the time. Changes no bit.
    progress : callable, optional
        Is given a line of text every ten seconds: rows done, rate, time left. `print` will do.
    spare : int, optional
        Find so many neighbours more than K, and say of each row if these are all that it has: what
        a later call needs to take the lists for `known`.
    known : callable, optional
        Returns record batches of `REFRESHABLE_SCHEMA`: rows of an earlier call with `spare` and the
        same options, in the keys of this one and in any order. Left out must be, as rows and as
        neighbours, all whose counts have changed or which are gone; new ones are not in it. Only
        rows of which too little is known are then worked out, each with all others. Changes speed
        only, but which spare neighbours there are. Called at most twice, the second time while
        neighbours are read.

    Returns
    -------
    pyarrow.RecordBatchReader
        `NEIGHBOUR_SCHEMA`, sorted by row key and rank; with `spare` `REFRESHABLE_SCHEMA`, and ranks
        above K, too. A row without neighbours is absent. Where 64 bits do not hold every squared
        norm, `dot_product` is ``decimal128(38, 0)``. The input is checked now; the neighbours are
        found while batches are read, so that they are never all in memory.

    Raises
    ------
    ValueError
        If the input is not as described above.
    OverBudgetError
        If the work does not fit the memory budget, in however many passes.

    Examples
    --------
    >>> found = cosine_neighbours([1, 1, 2, 3], [7, 8, 7, 8], [1, 2, 1, 2], k=1)
    >>> found.read_all().to_pylist()[0]
    {'row_key': 1, 'neighbour_key': 3, 'rank': 1, 'dot_product': 4, 'shared_columns': 1}
    """
    whole = {"k": k, "min_shared": min_shared, "threads": threads}
    for name, value in whole.items() if spare is None else (whole | {"spare": spare}).items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
    row_keys = _integers(row_keys, "row_keys", least=0)
    column_keys = _integers(column_keys, "column_keys", least=0)
    counts = _integers(counts, "counts", least=1)
    if not row_keys.size == column_keys.size == counts.size:
        raise ValueError(
            "row_keys, column_keys and counts must be of one length, "
            f"not {row_keys.size}, {column_keys.size} and {counts.size}."
        )
    if neighbour_keys is not None:
        neighbour_keys = _integers(neighbour_keys, "neighbour_keys", least=0)
    schema = NEIGHBOUR_SCHEMA if spare is None else REFRESHABLE_SCHEMA
    if row_keys.size == 0:
        return schema.empty_table().to_reader()

    keys, rows = dense(row_keys)
    column_values, columns = dense(column_keys)
    if keys[-1] > np.iinfo(np.int32).max:
        raise ValueError(f"row_keys must fit in int32; the largest is {keys[-1]}.")
    keys = keys.astype(np.int32)
    matrix = Matrix(rows, columns, counts, keys.size, column_values.size)
    listed = min(int(k) + int(spare or 0), keys.size)
    everybody = np.ones(keys.size, bool)
    among = everybody if neighbour_keys is None else np.isin(keys, neighbour_keys)
    ranking = Ranking(listed, int(min_shared), among)
    is_small = (
        matrix.n_products <= _FEW_PRODUCTS
        and memory_for_sorting(rows.size, matrix.n_products) <= memory_budget
    )
    del row_keys, column_keys, counts, rows, columns
    try:
        if is_small or not _fits_64_bits(matrix):
            dot_type, blocks = by_sorting(matrix, ranking, memory_budget, progress)
        else:
            lists = KnownLists(known, keys, int(k)) if known else None
            dot_type, blocks = by_scattering(
                matrix, ranking, int(threads), memory_budget, progress, lists
            )
    except TwiceError as twice:
        raise ValueError(
            f"Row {keys[twice.row]} and column {column_values[twice.column]} come more than once; "
            "add up their counts first."
        ) from None
    schema = schema.set(3, pa.field("dot_product", dot_type, nullable=False))
    batches = (_batch(block, keys, schema) for block in blocks)
    return pa.RecordBatchReader.from_batches(schema, batches)


def check_memory(
    n_pairs: int,
    n_rows: int,
    n_columns: int,
    largest_count: int,
    *,
    k: int,
    threads: int = 2,
    memory_budget: int,
) -> None:
    """Refuse work that `cosine_neighbours` would refuse, from a few figures about it.

    Parameters
    ----------
    n_pairs, n_rows, n_columns, largest_count : int
        As they will be, or more.
    k, threads, memory_budget
        As `cosine_neighbours` takes them.

    Raises
    ------
    OverBudgetError
        If it does not fit the memory budget.
    """
    is_wide = largest_count >= 1 << 16
    work = Work(n_pairs, n_rows, n_columns, min(k, n_rows), threads, is_wide, value_bytes=8)
    fewest_passes(work, memory_budget)


def _integers(values: Any, name: str, *, least: int) -> Integers:
    """Return the values as a numpy array of integers, or say why they cannot be."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        if values.null_count:
            raise ValueError(f"{name} has {values.null_count} nulls; leave those pairs out.")
        values = values.to_numpy()
    values = np.asarray(values)
    if values.ndim != 1 or (values.dtype.kind not in "iu" and values.size):
        raise ValueError(
            f"{name} must be one array of integers, not {values.ndim}-dimensional {values.dtype}."
        )
    if values.size == 0:
        return values.astype(np.int64)
    if values.min() < least:
        raise ValueError(f"{name} must be {least} or more; the lowest is {values.min()}.")
    if values.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} must fit in int64; the largest is {values.max()}.")
    return values


def _fits_64_bits(matrix: Matrix) -> bool:
    """Tell whether squared norms, and dot product and shared columns in one, fit an int64."""
    bits = matrix.largest_dot.bit_length() + matrix.shared_bits
    return bool(matrix.rounded_norms.max() < 2.0**62) and bits <= 63


def _batch(block: Block, keys: Integers, schema: pa.Schema) -> pa.RecordBatch:
    """Turn a block of neighbours into Arrow, with keys instead of codes."""
    dots = block.dots
    if dots.dtype == object and dots.size and dots.max() >= 10**38:
        raise ValueError("A dot product has more than 38 digits; make the counts smaller.")
    columns = [
        keys[block.rows],
        keys[block.others],
        block.ranks.astype(np.int32, copy=False),
        pa.array(dots, schema.field("dot_product").type),
        block.shared.astype(np.int32, copy=False),
        block.complete,
    ]
    return pa.record_batch(columns[: len(schema)], schema=schema)
