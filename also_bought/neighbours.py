"""Exact top-K cosine neighbours over integer counts.

The same function serves users (rows are users, columns are items) and items (the other way
round). Dot products and squared norms are exact integers; the similarity is one float64
division, and ties go to the lower key, so the same input gives the same bits whatever the row
order, the number of threads or the size of the blocks.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa

NEIGHBOUR_SCHEMA = pa.schema(
    [
        pa.field("row_key", pa.int32(), nullable=False),
        pa.field("neighbour_key", pa.int32(), nullable=False),
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("dot_product", pa.int64(), nullable=False),
        pa.field("shared_columns", pa.int32(), nullable=False),
    ]
)

_ROWS_PER_BLOCK = 1024


def cosine_neighbours(row_keys, column_keys, counts, *, k, min_shared=1, threads=2):
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
        Neighbours kept per row, at least 1.
    min_shared : int
        Columns that two rows must share to be neighbours; raises the support, drops rows.
    threads : int
        Changes speed only.

    Returns
    -------
    pyarrow.Table
        `NEIGHBOUR_SCHEMA`, sorted by row key and rank. A row without neighbours is absent.

    Raises
    ------
    ValueError
        If the input is not as described above.
    """
    for name, value in {"k": k, "min_shared": min_shared, "threads": threads}.items():
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
    row_keys = _integers(row_keys, "row_keys", least=0)
    column_keys = _integers(column_keys, "column_keys", least=0)
    counts = _integers(counts, "counts", least=1)
    if not row_keys.size == column_keys.size == counts.size:
        raise ValueError(
            "row_keys, column_keys and counts must be of one length, "
            f"not {row_keys.size}, {column_keys.size} and {counts.size}."
        )
    if row_keys.size == 0:
        return NEIGHBOUR_SCHEMA.empty_table()
    if row_keys.max() > np.iinfo(np.int32).max:
        raise ValueError(f"row_keys must fit in int32; the largest is {row_keys.max()}.")

    keys, rows = np.unique(row_keys, return_inverse=True)
    column_values, columns = np.unique(column_keys, return_inverse=True)
    by_row = np.lexsort((columns, rows))
    rows, columns, counts = rows[by_row], columns[by_row], counts[by_row]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if twice.size:
        row, column = keys[rows[twice[0]]], column_values[columns[twice[0]]]
        raise ValueError(f"Row {row} and column {column} come more than once; add their counts.")

    largest_norm = np.bincount(rows, weights=counts.astype(np.float64) ** 2).max()
    if largest_norm > 2.0**62:
        raise ValueError(
            f"The squared norm of a row is about {largest_norm:.3g}, more than 64 bits hold."
        )
    row_starts = _starts(rows, keys.size)
    norms = np.add.reduceat(counts * counts, row_starts[:-1])
    by_column = np.argsort(columns, kind="stable")
    k = min(int(k), max(keys.size - 1, 1))
    found = np.zeros(keys.size, np.int32)
    neighbours = np.empty((keys.size, k), np.int32)
    dots = np.empty((keys.size, k), np.int64)
    shareds = np.empty((keys.size, k), np.int32)

    from also_bought._scatter import nearest_of_rows

    column_starts = _starts(columns[by_column], column_values.size)
    column_rows = rows[by_column].astype(np.int32)
    column_counts = counts[by_column]

    def work(first_row):
        nearest_of_rows(
            first_row,
            min(first_row + _ROWS_PER_BLOCK, keys.size),
            row_starts,
            columns,
            counts,
            column_starts,
            column_rows,
            column_counts,
            norms,
            k,
            min_shared,
            found,
            neighbours,
            dots,
            shareds,
        )

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(0, keys.size, _ROWS_PER_BLOCK)))

    kept = np.arange(k) < found[:, None]
    ranks = np.broadcast_to(np.arange(1, k + 1, dtype=np.int32), kept.shape)
    return pa.table(
        [
            np.repeat(keys.astype(np.int32), found),
            keys.astype(np.int32)[neighbours[kept]],
            ranks[kept],
            dots[kept],
            shareds[kept],
        ],
        schema=NEIGHBOUR_SCHEMA,
    )


def _integers(values, name, *, least):
    """Return the values as a numpy int64 array, or say why they cannot be."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        if values.null_count:
            raise ValueError(f"{name} has {values.null_count} nulls; leave those pairs out.")
        values = values.to_numpy()
    values = np.asarray(values)
    if values.ndim != 1 or (values.dtype.kind not in "iu" and values.size):
        raise ValueError(f"{name} must be one array of integers, not {values.dtype}.")
    if values.size and values.min() < least:
        raise ValueError(f"{name} must be {least} or more; the lowest is {values.min()}.")
    if values.size and values.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name} must fit in int64; the largest is {values.max()}.")
    return values.astype(np.int64, copy=False)


def _starts(sorted_codes, n_codes):
    """Return where each code's run starts, and the end: the row pointer of a CSR matrix."""
    return np.searchsorted(sorted_codes, np.arange(n_codes + 1))
