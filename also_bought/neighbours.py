"""Exact top-K cosine neighbours over integer counts.

The same function serves users (rows are users, columns are items) and items (the other way
round). Dot products and squared norms are exact integers; the similarity is one float64
division, and ties go to the lower key. So the same input gives the same bits, whatever the row
order, the number of threads or the size of the blocks.

There are two ways to the same rows. `_by_sorting` needs numpy alone: it is at once ready, and
takes integers of any size. `by_scattering` (`also_bought._search`) is compiled: half a second to
load, then some twenty times as fast, and in little memory.
"""

import numpy as np
import pyarrow as pa

from also_bought._matrix import (
    KnownLists,
    Matrix,
    OverBudgetError,
    Progress,
    Ranking,
    TwiceError,
    dense,
    divisors,
)
from also_bought._search import Work, by_scattering, fewest_passes

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
WEIGHTINGS = ("counts", "binary", "log", "tfidf", "bm25")
LARGEST_WEIGHT = 8191

# Below this many multiplications, loading compiled code costs more than it saves (measured:
# benchmarks/README.md, "Cold start").
_FEW_PRODUCTS = 3_000_000
_PRODUCTS_AT_ONCE = 2_000_000
_BYTES_PER_PRODUCT = 80


def cosine_neighbours(
    row_keys,
    column_keys,
    counts,
    *,
    k,
    min_shared=1,
    weighting="counts",
    shrinkage=0.0,
    asymmetry=0.5,
    neighbour_keys=None,
    threads=2,
    memory_budget=2_000_000_000,
    progress=None,
):
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
    weighting : {"counts", "binary", "log", "tfidf", "bm25"}
        What stands for the counts; see `weigh_counts`. Dot products and norms are then those of
        the weights.
    shrinkage : float
        Multiplies the similarity by ``shared_columns / (shared_columns + shrinkage)``: higher
        moves neighbours with much evidence before neighbours with little. 0 is the plain cosine.
    asymmetry : float
        The similarity becomes ``dot_product / (norm2_a ** asymmetry * norm2_b ** (1 -
        asymmetry))``, a being the row and b its neighbour. From 0.5, the cosine, down to 0 it
        favours rows of small norm, up to 1 it ignores the neighbour's norm and favours large
        ones. Not limited to 1 unless 0.5.
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

    Returns
    -------
    pyarrow.Table
        `NEIGHBOUR_SCHEMA`, sorted by row key and rank. A row without neighbours is absent. Where
        64 bits do not hold every squared norm, `dot_product` is ``decimal128(38, 0)``.

    Raises
    ------
    ValueError
        If the input is not as described above.
    OverBudgetError
        If the work does not fit the memory budget, in however many passes.

    Notes
    -----
    Shrinkage is that of Koren (2008), "Factorization meets the neighborhood"; asymmetric cosine
    that of Aiolli (2013), "Efficient top-n recommendation for very large scale binary rated
    datasets".

    Examples
    --------
    >>> cosine_neighbours([1, 1, 2, 3], [7, 8, 7, 8], [1, 2, 1, 2], k=1).to_pylist()[0]
    {'row_key': 1, 'neighbour_key': 3, 'rank': 1, 'dot_product': 4, 'shared_columns': 1}
    """
    return cosine_neighbour_batches(
        row_keys,
        column_keys,
        counts,
        k=k,
        min_shared=min_shared,
        weighting=weighting,
        shrinkage=shrinkage,
        asymmetry=asymmetry,
        neighbour_keys=neighbour_keys,
        threads=threads,
        memory_budget=memory_budget,
        progress=progress,
    ).read_all()


def cosine_neighbour_batches(
    row_keys,
    column_keys,
    counts,
    *,
    k,
    min_shared=1,
    weighting="counts",
    shrinkage=0.0,
    asymmetry=0.5,
    neighbour_keys=None,
    threads=2,
    memory_budget=2_000_000_000,
    progress=None,
    spare=None,
    known=None,
):
    """Find the same neighbours, to be read a batch at a time, so that they are never all in memory.

    Parameters
    ----------
    row_keys, column_keys, counts, k, ...
        As `cosine_neighbours` takes them.
    spare : int, optional
        Find so many neighbours more than K, and say of each row if these are all that it has: what
        a later call needs to take the lists for `known`.
    known : callable, optional
        Returns record batches of `REFRESHABLE_SCHEMA`: rows of an earlier call with `spare` and the
        same options, in the keys of this one and in any order. Left out must be, as rows and as
        neighbours, all whose counts have changed or which are gone; new ones are not in it. Only
        rows of which too little is known are then worked out, each with all others. Changes speed
        only, but which spare neighbours there are. Called twice, the second time while
        neighbours are read.

    Returns
    -------
    pyarrow.RecordBatchReader
        The rows of `cosine_neighbours`, in their order; with `spare` of `REFRESHABLE_SCHEMA`, and
        ranks above K, too. The input is checked now; the neighbours are found while batches are
        read.
    """
    whole = {"k": k, "min_shared": min_shared, "threads": threads}
    for name, value in whole.items() if spare is None else (whole | {"spare": spare}).items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
    if not 0 <= shrinkage < np.inf:
        raise ValueError(f"shrinkage must be a number of at least 0, not {shrinkage!r}.")
    if not 0 <= asymmetry <= 1:
        raise ValueError(f"asymmetry must be a number from 0 to 1, not {asymmetry!r}.")
    row_keys, column_keys, counts = _checked_pairs(row_keys, column_keys, counts)
    if neighbour_keys is not None:
        neighbour_keys = _integers(neighbour_keys, "neighbour_keys", least=0)
    if weighting != "counts":
        counts = weigh_counts(row_keys, column_keys, counts, weighting=weighting)
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
    ranking = Ranking(listed, int(min_shared), float(shrinkage), float(asymmetry), among)
    is_small = (
        matrix.n_products <= _FEW_PRODUCTS
        and _memory_for_sorting(rows.size, matrix.n_products) <= memory_budget
    )
    find = _by_sorting if is_small or not _fits_64_bits(matrix) else by_scattering
    del row_keys, column_keys, counts, rows, columns
    known = KnownLists(known, keys, int(k)) if known else None
    try:
        dot_type, parts = find(matrix, ranking, int(threads), memory_budget, progress, known)
    except TwiceError as twice:
        raise ValueError(
            f"Row {keys[twice.row]} and column {column_values[twice.column]} come more than once; "
            "add up their counts first."
        ) from None
    schema = schema.set(3, pa.field("dot_product", dot_type, nullable=False))
    return pa.RecordBatchReader.from_batches(schema, (_batch(part, keys, schema) for part in parts))


def check_memory(n_pairs, n_rows, n_columns, largest_count, *, k, threads=2, memory_budget):
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


def weigh_counts(row_keys, column_keys, counts, *, weighting):
    """Replace counts by integer weights that stand for them in a cosine.

    ======== ==================================== =============================================
    counts   c                                    ten purchases weigh ten times one
    binary   1                                    only whether, not how often
    log      ln(1 + c)                            further purchases weigh less and less
    tfidf    (1 + ln c) * idf                     and columns of few rows weigh more
    bm25     2.2 c / (c + 1.2 (.25 + .75 l)) idf  and rows with many counts weigh less
    ======== ==================================== =============================================

    with ``idf = ln(1 + n_rows / rows_with_the_column)``, and ``l`` the row's total count over
    the mean total of all rows.

    Parameters
    ----------
    row_keys, column_keys, counts
        As `cosine_neighbours` takes them.
    weighting : {"counts", "binary", "log", "tfidf", "bm25"}
        A row of the table above.

    Returns
    -------
    numpy.ndarray of int64, shape (n_pairs,)
        In the order of the input. The last three are real numbers, scaled so that the largest is
        8191 and rounded to at least 1: a weight is off by at most 1/16382 of the largest weight
        (1/8191 where it was rounded up to 1), and everything after the rounding is exact.

    Raises
    ------
    ValueError
        If the input is not as described above.

    Notes
    -----
    BM25 with its usual k1 = 1.2 and b = 0.75: Robertson and Zaragoza (2009), "The Probabilistic
    Relevance Framework".
    """
    if weighting not in WEIGHTINGS:
        raise ValueError(f"weighting must be one of {', '.join(WEIGHTINGS)}, not {weighting!r}.")
    row_keys, column_keys, counts = _checked_pairs(row_keys, column_keys, counts)
    if weighting == "counts":
        return counts.astype(np.int64)
    if weighting == "binary" or counts.size == 0:
        return np.ones(counts.size, np.int64)
    if weighting == "log":
        weights = np.log1p(counts)
    else:
        keys, rows = dense(row_keys)
        columns = dense(column_keys)[1]
        idf = np.log1p(keys.size / np.bincount(columns))[columns]
        if weighting == "tfidf":
            weights = (1 + np.log(counts)) * idf
        else:
            totals = np.bincount(rows, weights=counts)
            length = (totals / totals.mean())[rows]
            weights = 2.2 * counts / (counts + 1.2 * (0.25 + 0.75 * length)) * idf
    scaled = np.rint(weights * (LARGEST_WEIGHT / weights.max()))
    return np.maximum(scaled, 1).astype(np.int64)


def _checked_pairs(row_keys, column_keys, counts):
    """Return the three as numpy arrays of one length, or say what is wrong with them."""
    row_keys = _integers(row_keys, "row_keys", least=0)
    column_keys = _integers(column_keys, "column_keys", least=0)
    counts = _integers(counts, "counts", least=1)
    if not row_keys.size == column_keys.size == counts.size:
        raise ValueError(
            "row_keys, column_keys and counts must be of one length, "
            f"not {row_keys.size}, {column_keys.size} and {counts.size}."
        )
    return row_keys, column_keys, counts


def _integers(values, name, *, least):
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


def _fits_64_bits(matrix):
    """Tell whether squared norms, and dot product and shared columns in one, fit an int64."""
    bits = matrix.largest_dot.bit_length() + matrix.shared_bits
    return matrix.rounded_norms.max() < 2.0**62 and bits <= 63


def _by_sorting(matrix, ranking, _threads, memory_budget, progress, _known):
    """Find neighbours, block after block: list all products, sort them by pair, add them up.

    Counts may be of any size: those that 64 bits do not hold are added as Python's integers.
    Returns the type of the dot products, and an iterator of blocks.
    """
    report = Progress(matrix.n_rows, progress)
    rows, columns, counts = matrix.rows, matrix.columns, matrix.counts
    # A dot product is at most the largest squared norm.
    counts = counts.astype(np.int64 if matrix.rounded_norms.max() < 2.0**62 else object)
    by_row = np.lexsort((columns, rows))
    rows, columns, counts = rows[by_row], columns[by_row], counts[by_row]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if twice.size:
        raise TwiceError(rows[twice[0]], columns[twice[0]])
    row_starts = np.searchsorted(rows, np.arange(matrix.n_rows + 1))
    norms = np.add.reduceat(counts * counts, row_starts[:-1])
    is_64_bits = norms.max() <= np.iinfo(np.int64).max
    left, right, rooted = divisors(norms, ranking.asymmetry)
    by_column = np.argsort(columns, kind="stable")
    column_starts = np.searchsorted(columns[by_column], np.arange(matrix.n_columns + 1))
    column_rows, column_counts = rows[by_column], counts[by_column]
    products_of_entry = np.diff(column_starts)[columns]
    products_before_row = np.concatenate([[0], np.cumsum(products_of_entry)])[row_starts]
    most = int(np.diff(products_before_row).max())
    at_once = min(int(products_before_row[-1]), _PRODUCTS_AT_ONCE + most)
    needed = _memory_for_sorting(rows.size, at_once)
    if needed > memory_budget:
        raise OverBudgetError({f"sorting {at_once:,} products at once": needed}, memory_budget)

    def blocks():
        row = 0
        while row < matrix.n_rows:
            target = products_before_row[row] + _PRODUCTS_AT_ONCE
            end = max(row + 1, int(np.searchsorted(products_before_row, target, "right")) - 1)
            entries = np.arange(row_starts[row], row_starts[end])
            repeats = products_of_entry[entries]
            entry = np.repeat(entries, repeats)
            within = np.arange(entry.size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
            place = column_starts[columns[entry]] + within
            pair = rows[entry].astype(np.int64) * matrix.n_rows + column_rows[place]
            by_pair = np.argsort(pair, kind="stable")
            pair = pair[by_pair]
            pair_starts = np.flatnonzero(np.diff(pair, prepend=-1))
            products = counts[entry[by_pair]] * column_counts[place[by_pair]]
            dots = np.add.reduceat(products, pair_starts)
            shared = np.diff(pair_starts, append=pair.size)
            a, b = np.divmod(pair[pair_starts], matrix.n_rows)
            kept = (a != b) & (shared >= ranking.min_shared) & ranking.may_be_neighbour[b]
            a, b, dots, shared = a[kept], b[kept], dots[kept], shared[kept]

            divisors = left[a] * right[b]
            scores = dots.astype(np.float64) / (np.sqrt(divisors) if rooted else divisors)
            if rooted:
                scores = np.minimum(scores, 1.0)
            if ranking.shrinkage:
                scores = scores * (shared / (shared + ranking.shrinkage))
            best_first = np.lexsort((b, -scores, a))
            a, b, dots, shared = a[best_first], b[best_first], dots[best_first], shared[best_first]
            ranks = np.arange(a.size) - np.searchsorted(a, a) + 1
            complete = np.searchsorted(a, a, "right") - np.searchsorted(a, a) < ranking.k
            kept = ranks <= ranking.k
            yield a[kept], b[kept], ranks[kept], dots[kept], shared[kept], complete[kept]
            report.add(end - row)
            row = end

    return pa.int64() if is_64_bits else pa.decimal128(38, 0), blocks()


def _memory_for_sorting(n_pairs, n_products):
    return 150 * n_pairs + _BYTES_PER_PRODUCT * n_products


def _batch(part, keys, schema):
    """Turn a block of neighbours into Arrow, with keys instead of codes."""
    rows, others, ranks, dots, shared, complete = part
    if dots.dtype == object and dots.size and dots.max() >= 10**38:
        raise ValueError("A dot product has more than 38 digits; weigh the counts first.")
    columns = [
        keys[rows],
        keys[others],
        ranks.astype(np.int32, copy=False),
        pa.array(dots, schema.field("dot_product").type),
        shared.astype(np.int32, copy=False),
        complete,
    ]
    return pa.record_batch(columns[: len(schema)], schema=schema)
