"""Exact top-K cosine neighbours over integer counts.

The same function serves users (rows are users, columns are items) and items (the other way
round). Dot products and squared norms are exact integers; the similarity is one float64
division, and ties go to the lower key. So the same input gives the same bits, whatever the row
order, the number of threads or the size of the blocks.

There are two ways to the same rows. `_by_sorting` needs numpy alone: it is at once ready, and
takes integers of any size. `_by_scattering` is compiled (`also_bought._scatter`): half a second
to load, then some twenty times as fast, and in little memory.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

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
WEIGHTINGS = ("counts", "binary", "log", "tfidf", "bm25")
LARGEST_WEIGHT = 8191

# Below this many multiplications, loading compiled code costs more than it saves (measured:
# benchmarks/README.md, "Cold start").
_FEW_PRODUCTS = 3_000_000
_PRODUCTS_AT_ONCE = 2_000_000
_BYTES_PER_PRODUCT = 80
_PAIRS_AT_ONCE = 1 << 19
TILE_BITS = 16
_TILE = 1 << TILE_BITS
_SECONDS_BETWEEN_LINES = 10
_NOTES_AT_ONCE = 1 << 17
_NEIGHBOURS_AT_ONCE = 1 << 18
_FEWEST_ROWS_OF_PASS = 4096


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
    threads : int
        Changes speed only.
    memory_budget : int
        Bytes that the call may use beside its arguments and what it returns. Where it is short, the
        rows are taken in several passes, which costs at most twice the time and changes no bit.
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
    threads=2,
    memory_budget=2_000_000_000,
    progress=None,
):
    """Find the same neighbours, to be read a batch at a time, so that they are never all in memory.

    Parameters
    ----------
    row_keys, column_keys, counts, k, ...
        As `cosine_neighbours` takes them.

    Returns
    -------
    pyarrow.RecordBatchReader
        The rows of `cosine_neighbours`, in their order. The input is checked now; the neighbours
        are found while batches are read.
    """
    for name, value in {"k": k, "min_shared": min_shared, "threads": threads}.items():
        if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
    if not 0 <= shrinkage < np.inf:
        raise ValueError(f"shrinkage must be a number of at least 0, not {shrinkage!r}.")
    if not 0 <= asymmetry <= 1:
        raise ValueError(f"asymmetry must be a number from 0 to 1, not {asymmetry!r}.")
    row_keys, column_keys, counts = _checked_pairs(row_keys, column_keys, counts)
    if weighting != "counts":
        counts = weigh_counts(row_keys, column_keys, counts, weighting=weighting)
    if row_keys.size == 0:
        return NEIGHBOUR_SCHEMA.empty_table().to_reader()

    keys, rows = _dense(row_keys)
    column_values, columns = _dense(column_keys)
    if keys[-1] > np.iinfo(np.int32).max:
        raise ValueError(f"row_keys must fit in int32; the largest is {keys[-1]}.")
    keys = keys.astype(np.int32)
    matrix = _Matrix(rows, columns, counts, keys.size, column_values.size)
    ranking = _Ranking(min(int(k), keys.size), int(min_shared), float(shrinkage), float(asymmetry))
    n_products = int((_sums(columns, column_values.size) ** 2).sum())
    is_small = (
        n_products <= _FEW_PRODUCTS and _memory_for_sorting(rows.size, n_products) <= memory_budget
    )
    find = _by_sorting if is_small or not _fits_64_bits(matrix) else _by_scattering
    del row_keys, column_keys, counts, rows, columns
    report = _Progress(keys.size, progress) if progress else None
    try:
        dot_type, parts = find(matrix, ranking, int(threads), memory_budget, report)
    except _TwiceError as twice:
        raise ValueError(
            f"Row {keys[twice.row]} and column {column_values[twice.column]} come more than once; "
            "add up their counts first."
        ) from None
    dot_field = pa.field("dot_product", dot_type, nullable=False)
    schema = NEIGHBOUR_SCHEMA.set(3, dot_field)
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
    wide = largest_count >= 1 << 16
    _fewest_passes(n_pairs, n_rows, n_columns, min(k, n_rows), threads, wide, 8, memory_budget)


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
        keys, rows = _dense(row_keys)
        columns = _dense(column_keys)[1]
        idf = np.log1p(keys.size / np.bincount(columns))[columns]
        if weighting == "tfidf":
            weights = (1 + np.log(counts)) * idf
        else:
            totals = np.bincount(rows, weights=counts)
            length = (totals / totals.mean())[rows]
            weights = 2.2 * counts / (counts + 1.2 * (0.25 + 0.75 * length)) * idf
    scaled = np.rint(weights * (LARGEST_WEIGHT / weights.max()))
    return np.maximum(scaled, 1).astype(np.int64)


class OverBudgetError(ValueError):
    """Work that needs more memory than it may have; `needed` and `budget` are bytes."""

    def __init__(self, parts, budget):
        self.needed, self.budget = sum(parts.values()), budget
        figures = ", ".join(f"{size / 1e9:.2f} GB for {what}" for what, size in parts.items())
        super().__init__(
            f"Finding these neighbours needs at least {self.needed / 1e9:.2f} GB ({figures}) "
            f"and may have {budget / 1e9:.2f} GB."
        )


@dataclass
class _Matrix:
    """The pairs with dense codes instead of keys, in the order of the keys."""

    rows: np.ndarray
    columns: np.ndarray
    counts: np.ndarray
    n_rows: int
    n_columns: int

    @cached_property
    def held(self):
        """How many columns each row holds."""
        return _sums(self.rows, self.n_rows)

    @cached_property
    def rounded_norms(self):
        """The squared norms in float64, whatever their size."""
        return _sums(self.rows, self.n_rows, lambda part: self.counts[part].astype(float) ** 2)

    @cached_property
    def most_shared(self):
        """As many columns as two rows can share, or more: what the second longest row holds."""
        return int(_two_largest(self.held)[0])

    @property
    def shared_bits(self):
        """Bits that hold what two rows share, and one column more."""
        return (self.most_shared + 1).bit_length()

    @cached_property
    def largest_dot(self):
        """As large as the dot product of two rows can be, or more (Cauchy-Schwarz)."""
        return int(np.sqrt(_two_largest(self.rounded_norms)).prod() * (1 + 1e-6)) + 1


class _Ranking(NamedTuple):
    """What decides who is a neighbour, and in which order."""

    k: int
    min_shared: int
    shrinkage: float
    asymmetry: float


class _TwiceError(Exception):
    """A pair that comes more than once, by its codes."""

    def __init__(self, row, column):
        super().__init__(row, column)
        self.row, self.column = row, column


class _Progress:
    """Writes how far the work is: one line every ten seconds, and one at the end of those."""

    def __init__(self, n_rows, write):
        self.n_rows, self.write = n_rows, write
        self.done = 0
        self.started = self.written = time.monotonic()

    def add(self, n_rows):
        """Count rows, or shares of them, as done, and write the line when it is time."""
        self.done += n_rows
        now = time.monotonic()
        was_silent = self.written == self.started
        last_line = self.done > self.n_rows - 0.5 and not was_silent
        if now - self.written < _SECONDS_BETWEEN_LINES and not last_line:
            return
        self.written = now
        rate = self.done / max(now - self.started, 1e-9)
        share = f"{self.done / self.n_rows:.0%}"
        self.write(
            f"neighbours: {self.done:,.0f} of {self.n_rows:,} rows ({share}), "
            f"{rate:,.0f} rows/s, {(self.n_rows - self.done) / rate:,.0f} s left"
        )


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


def _dense(keys):
    """Return the sorted distinct keys, and each key's position among them as int32."""
    if keys.max() < 4 * keys.size + 1_000_000:
        # A table of all possible keys: many times as fast as sorting them.
        present = np.zeros(int(keys.max()) + 1, bool)
        for part in _slices(keys.size):
            present[keys[part]] = True
        distinct = np.flatnonzero(present)
        if distinct.size == present.size and keys.dtype == np.int32 and keys.flags.carray:
            return distinct, keys
        position = np.cumsum(present, dtype=np.int32)
        position -= 1
        positions = np.empty(keys.size, np.int32)
        for part in _slices(keys.size):
            positions[part] = position[keys[part]]
        return distinct, positions
    distinct, positions = np.unique(keys, return_inverse=True)
    return distinct, positions.astype(np.int32)


def _slices(n_pairs):
    """Yield slices of the pairs: numpy's own copies of indices stay small."""
    for first in range(0, n_pairs, _PAIRS_AT_ONCE):
        yield slice(first, first + _PAIRS_AT_ONCE)


def _sums(codes, n_codes, weights_of=None):
    """Count the pairs of each code, or add up their weights, given slice by slice."""
    sums = np.zeros(n_codes, np.float64 if weights_of else np.int64)
    for part in _slices(codes.size):
        sums += np.bincount(codes[part], weights_of and weights_of(part), n_codes)
    return sums


def _two_largest(values):
    """Return the two largest of some numbers, the larger last; 0 where there is only one."""
    return np.partition(np.append(values, 0), -2)[-2:]


def _fits_64_bits(matrix):
    """Tell whether squared norms, and dot product and shared columns in one, fit an int64."""
    bits = matrix.largest_dot.bit_length() + matrix.shared_bits
    return matrix.rounded_norms.max() < 2.0**62 and bits <= 63


def _divisors(norms, asymmetry):
    """Return each row's part in the divisor, as row and as neighbour, and if a root is due.

    The cosine is kept apart from the general form because a root of the product is what SQL
    computes; powers of the parts would differ from it in the last bit.
    """
    norms = norms.astype(np.float64)
    if asymmetry == 0.5:
        return norms, norms, True
    return norms**asymmetry, norms ** (1 - asymmetry), False


def _by_sorting(matrix, ranking, _threads, memory_budget, report):
    """Find neighbours, block after block: list all products, sort them by pair, add them up.

    Counts may be of any size: those that 64 bits do not hold are added as Python's integers.
    Returns the type of the dot products, and an iterator of blocks.
    """
    rows, columns, counts = matrix.rows, matrix.columns, matrix.counts
    # A dot product is at most the largest squared norm.
    counts = counts.astype(np.int64 if matrix.rounded_norms.max() < 2.0**62 else object)
    by_row = np.lexsort((columns, rows))
    rows, columns, counts = rows[by_row], columns[by_row], counts[by_row]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if twice.size:
        raise _TwiceError(rows[twice[0]], columns[twice[0]])
    row_starts = np.searchsorted(rows, np.arange(matrix.n_rows + 1))
    norms = np.add.reduceat(counts * counts, row_starts[:-1])
    is_64_bits = norms.max() <= np.iinfo(np.int64).max
    left, right, rooted = _divisors(norms, ranking.asymmetry)
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
            kept = (a != b) & (shared >= ranking.min_shared)
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
            kept = ranks <= ranking.k
            yield a[kept], b[kept], ranks[kept], dots[kept], shared[kept]
            if report:
                report.add(end - row)
            row = end

    return pa.int64() if is_64_bits else pa.decimal128(38, 0), blocks()


def _memory_for_sorting(n_pairs, n_products):
    return 150 * n_pairs + _BYTES_PER_PRODUCT * n_products


def _by_scattering(matrix, ranking, threads, memory_budget, report):
    """Find neighbours, block after block, with the compiled kernel on several threads.

    Returns the type of the dot products, and an iterator of blocks.
    """
    # Not at the top: loading numba takes longer than all of a small run.
    from also_bought import _scatter

    n_pairs, n_rows, n_columns, k = matrix.rows.size, matrix.n_rows, matrix.n_columns, ranking.k
    if n_pairs >= 1 << 32:
        raise ValueError(f"There are {n_pairs:,} pairs; the kernel takes less than {1 << 32:,}.")
    # The bits above the largest dot product count what is shared. A count of 1 counts that itself.
    shift = 0 if matrix.counts.max() == 1 else matrix.largest_dot.bit_length()
    wide = matrix.counts.max() >= 1 << 16
    # No pair shares more, so a higher minimum would leave out all pairs, too; this one fits.
    min_shared = min(ranking.min_shared, matrix.most_shared + 1)
    value_type = np.int32 if shift + matrix.shared_bits <= 31 else np.int64
    value_bytes = np.dtype(value_type).itemsize
    n_passes = _fewest_passes(
        n_pairs, n_rows, n_columns, k, threads, wide, value_bytes, memory_budget
    )
    codes, passes = _numbered(matrix.held, n_passes)

    number_of_code = np.empty(n_rows, np.int32)
    for each in passes:
        number_of_code[codes[each.first : each.end]] = np.arange(each.first, each.end)
    counts = matrix.counts.astype(np.int64 if wide else np.uint16)
    row_starts, row_columns, row_counts, norms = _scatter.sorted_by_row(
        matrix.rows, matrix.columns, counts, number_of_code, codes.size
    )
    # From here on the pairs are held in another form.
    matrix.rows = matrix.columns = matrix.counts = counts = None
    entries = np.empty(n_pairs, np.uint64 if wide else np.uint32)
    row_places, starts, twice = _scatter.tiled(
        row_starts, row_columns, row_counts, n_columns, entries
    )
    if twice[0] >= 0:
        raise _TwiceError(codes[twice[0]], twice[1])
    held = np.maximum(np.diff(row_starts), 1)
    left, right, rooted = _divisors(norms, ranking.asymmetry)
    # The numbers that no row has divide by nothing.
    factors = (1 / np.maximum(np.sqrt(right) if rooted else right, 1)).astype(np.float32)
    # The most that a row's shrunk score can be is what it would get if all it holds were shared.
    scales = ((held + ranking.shrinkage) / held).astype(np.float32)
    mask = (1 << shift) - 1 if shift else -1
    narrow = shift + np.frexp(held)[1] <= 31
    ends = np.full(codes.size >> TILE_BITS, _TILE)
    for each in passes:
        ends[each.sample_tile] = each.end - (each.sample_tile << TILE_BITS)
    kernel_matrix = (
        row_starts, row_columns, row_counts, row_places, starts, n_columns, entries, ends
    )  # fmt: skip
    terms = (codes, left, right, factors, scales, rooted, ranking.shrinkage, shift, mask)
    # A first bar is a mark that K pairs reach; shrinkage may rank those below others.
    seed_k = 0 if ranking.shrinkage else k
    rows_of_pass = max(each.end - each.first for each in passes)
    room = _room(k)
    others = np.empty(rows_of_pass * room, np.int32)
    values = np.empty(rows_of_pass * room, value_type)
    shares = _shares(threads)
    log_size = rows_of_pass // shares + _NOTES_AT_ONCE
    logs = [
        (
            np.empty((shares, log_size), np.int32),
            np.empty((shares, log_size), np.int32),
            np.empty((shares, log_size), value_type),
            np.zeros(shares, np.int64),
        )
        for _ in range(threads)
    ]
    scratches = [
        (
            np.zeros(_TILE, np.int32),
            np.zeros(_TILE, value_type),
            np.empty(_TILE + _scatter.GROUP, np.int64),
            np.empty(_TILE + _scatter.GROUP, np.int64),
        )
        for _ in range(threads)
    ]
    at_once = max(64, rows_of_pass // threads // 64)

    def find(each, pool):
        """Find the neighbours of the rows of a pass; return what `_scatter.ranked` reads."""
        sizes = np.zeros(each.end - each.first, np.int32)
        neighbours = (others, values, sizes, k, room, each.first)
        bars = np.full(codes.size, np.inf, np.float32)
        bars[each.first : each.end] = 0

        def scan(rows, tiles, log, scratch):
            return _scatter.scan_rows(
                rows[:at_once],
                tiles,
                each.first_tile,
                kernel_matrix,
                terms,
                narrow,
                min_shared,
                seed_k,
                neighbours,
                bars,
                log,
                scratch,
            )

        def read(thread):
            for share in range(thread, shares, threads):
                for log in logs:
                    _scatter.read_log(share, log, terms, neighbours, bars)

        # Compiled here, on nothing, and not by several threads at once.
        scan(np.empty(0, np.int32), (0, 0), logs[0], scratches[0])
        read(0)
        for rows, tiles, share_of_row in each.work(n_passes, ends.size):
            # Contiguous, or numba would compile everything once more for the shortest.
            left_over = [rows[thread::threads].copy() for thread in range(threads)]
            while any(rows.size for rows in left_over):
                done = list(pool.map(scan, left_over, [tiles] * threads, logs, scratches))
                list(pool.map(read, range(threads)))
                left_over = [rows[n:] for rows, n in zip(left_over, done, strict=True)]
                if report:
                    report.add(share_of_row * sum(done))
        return neighbours

    def blocks():
        block = max(1, _NEIGHBOURS_AT_ONCE // k)
        with ThreadPoolExecutor(threads) as pool:
            for each in passes:
                neighbours = find(each, pool)
                numbers = number_of_code[np.sort(codes[each.first : each.end])]
                parts = [numbers[first : first + block] for first in range(0, numbers.size, block)]
                # So many at once as there are threads: a reader may be slower.
                for first in range(0, len(parts), threads):
                    yield from pool.map(
                        lambda rows: _scatter.ranked(rows, terms, neighbours),  # noqa: B023
                        parts[first : first + threads],
                    )

    return pa.int64(), blocks()


class _Pass(NamedTuple):
    """The numbers of the rows whose neighbours are found together; its tiles are all its own."""

    first: int
    first_tile: int
    sample_tile: int
    end: int

    def work(self, n_passes, n_tiles):
        """Yield rows, the tiles to look for their neighbours in, and what share of the work it is.

        In random order: rows of one weight have much in common, and a row that meets its best
        neighbours last has had many candidates by then.
        """
        random = np.random.default_rng(1)
        first_of_sample = self.sample_tile << TILE_BITS
        sample = random.permutation(np.arange(first_of_sample, self.end, dtype=np.int32))
        others = random.permutation(np.arange(self.first, first_of_sample, dtype=np.int32))
        rows = np.concatenate([sample, others])
        end_tile = self.sample_tile + 1
        # Within the pass a pair is worked out once, and a fourth of those are with the sample.
        within = 1 / (2 * n_passes - 1)
        of_tile = (1 - within) / max(1, n_tiles - (end_tile - self.first_tile))
        for these, tiles, share in (
            (sample, (self.sample_tile, end_tile), within),
            (others, (self.sample_tile, end_tile), within / 4),
            (others, (self.first_tile, self.sample_tile), within * 3 / 4),
            (rows, (0, self.first_tile), of_tile * self.first_tile),
            (rows, (end_tile, n_tiles), of_tile * (n_tiles - end_tile)),
        ):
            if tiles[0] < tiles[1]:
                yield these, tiles, share


def _numbered(held, n_passes):
    """Deal the rows into passes, by code, and number those of each by falling number of columns.

    Of each pass an even sample comes last, in a tile of its own; the tiles before are full from the
    second on. Returns the codes in the order of the numbers (0 where a tile has none) and the
    passes.
    """
    codes, passes, n_tiles = [], [], 0
    for low, high in pairwise(np.linspace(0, held.size, n_passes + 1).astype(int)):
        by_weight = np.argsort(-held[low:high], kind="stable").astype(np.int32)
        in_sample = np.zeros(by_weight.size, bool)
        n_sample = _sample_size(by_weight.size)
        in_sample[np.linspace(0, by_weight.size - 1, n_sample).astype(int)] = True
        others, sample = by_weight[~in_sample[by_weight]], by_weight[in_sample[by_weight]]
        sample_tile = n_tiles - (-others.size >> TILE_BITS)
        first = (sample_tile << TILE_BITS) - others.size
        passes.append(_Pass(first, n_tiles, sample_tile, (sample_tile << TILE_BITS) + sample.size))
        codes_of_pass = np.zeros((sample_tile + 1 - n_tiles) << TILE_BITS, np.int32)
        place = first - (n_tiles << TILE_BITS)
        codes_of_pass[place : place + by_weight.size] = np.append(others, sample) + low
        codes.append(codes_of_pass)
        n_tiles = sample_tile + 1
    return np.concatenate(codes), passes


def _sample_size(n_rows):
    return min(-(-n_rows // 8), _TILE)


def _room(k):
    """Return for how many candidates each row has room."""
    return k + k // 2 + 16


def _shares(threads):
    """Return in how many shares a log is kept: of each log, every thread reads its own."""
    return 1 << (threads - 1).bit_length()


def _fewest_passes(n_pairs, n_rows, n_columns, k, threads, wide, value_bytes, budget):
    """Return in how few passes the work fits the budget, or say that it does not in any number."""
    leanest = None
    for n_passes in range(1, -(-n_rows // _FEWEST_ROWS_OF_PASS) + 1):
        rows_of_pass = -(-n_rows // n_passes)
        n_tiles = n_passes * (1 - (_sample_size(rows_of_pass) - rows_of_pass >> TILE_BITS))
        log_size = rows_of_pass // _shares(threads) + _NOTES_AT_ONCE
        block = min(max(k, _NEIGHBOURS_AT_ONCE), k * n_rows)
        parts = {
            f"{n_pairs:,} pairs": (
                n_pairs * (28 if wide else 16)
                + 8 * n_tiles * n_columns
                + 40 * n_columns
                + 64 * (n_tiles << TILE_BITS)
                + 24 * min(n_pairs, _PAIRS_AT_ONCE)
            ),
            f"{k:,} neighbours of {rows_of_pass:,} rows": (
                rows_of_pass * (_room(k) * (4 + value_bytes) + 12)
            ),
            f"{threads} threads": (
                threads
                * (_shares(threads) * log_size * (8 + value_bytes) + 50 * block + 32 * _TILE)
            ),
        }
        if sum(parts.values()) <= budget:
            return n_passes
        if leanest is None or sum(parts.values()) < sum(leanest.values()):
            leanest = parts
    raise OverBudgetError(leanest, budget)


def _batch(part, keys, schema):
    """Turn a block of neighbours into Arrow, with keys instead of codes."""
    rows, others, ranks, dots, shared = part
    if dots.dtype == object and dots.size and dots.max() >= 10**38:
        raise ValueError("A dot product has more than 38 digits; weigh the counts first.")
    return pa.record_batch(
        [
            keys[rows],
            keys[others],
            ranks.astype(np.int32, copy=False),
            pa.array(dots, schema.field("dot_product").type),
            shared.astype(np.int32, copy=False),
        ],
        schema=schema,
    )
