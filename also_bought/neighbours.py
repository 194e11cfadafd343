"""Exact top-K cosine neighbours over integer counts.

The same function serves users (rows are users, columns are items) and items (the other way
round). Dot products and squared norms are exact integers; the similarity is one float64
division, and ties go to the lower key. So the same input gives the same bits, whatever the row
order, the number of threads or the size of the blocks.

There are two ways to the same rows. `_by_sorting` needs numpy alone: it is at once ready, and
takes integers of any size. `_by_scattering` is compiled (`also_bought._scatter`): half a second
to load, then some twenty times as fast.
"""

import time
from concurrent.futures import ThreadPoolExecutor
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
_SECONDS_BETWEEN_LINES = 10
_NOTES_AT_ONCE = 1 << 17
_ROWS_AT_ONCE = 4096


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
        Bytes that the call may use beside its arguments. Sets the size of the blocks of rows,
        which changes speed only.
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
        If the input is not as described above, or if the work does not fit the memory budget.

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
        return NEIGHBOUR_SCHEMA.empty_table()

    keys, rows = _dense(row_keys)
    column_values, columns = _dense(column_keys)
    if keys[-1] > np.iinfo(np.int32).max:
        raise ValueError(f"row_keys must fit in int32; the largest is {keys[-1]}.")
    matrix = _Matrix(rows, columns, counts, keys.size, column_values.size)
    ranking = _Ranking(min(int(k), keys.size), int(min_shared), float(shrinkage), float(asymmetry))
    rows_in_column = np.bincount(columns, minlength=column_values.size)
    n_products = int((rows_in_column**2).sum())
    if n_products <= _FEW_PRODUCTS or not _fits_64_bits(matrix):
        find = _by_sorting
    else:
        find = _by_scattering
    report = _Progress(keys.size, progress) if progress else None
    try:
        parts = find(matrix, ranking, int(threads), memory_budget, report)
        # What finds them keeps what it needs of the pairs in a form of its own.
        del row_keys, column_keys, counts, rows, columns, matrix
        batches = [_batch(part, keys.astype(np.int32)) for part in parts]
    except _TwiceError as twice:
        raise ValueError(
            f"Row {keys[twice.row]} and column {column_values[twice.column]} come more than once; "
            "add up their counts first."
        ) from None
    return pa.Table.from_batches(batches)


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


class _Matrix(NamedTuple):
    """The pairs with dense codes instead of keys, in the order of the keys."""

    rows: np.ndarray
    columns: np.ndarray
    counts: np.ndarray
    n_rows: int
    n_columns: int


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
        present[keys] = True
        distinct = np.flatnonzero(present)
        position = np.cumsum(present, dtype=np.int32)
        position -= 1
        return distinct, position[keys]
    distinct, positions = np.unique(keys, return_inverse=True)
    return distinct, positions.astype(np.int32)


def _fits_64_bits(matrix):
    """Tell whether every squared norm and a row's number of columns fit one int64 together.

    No dot product is larger than the larger of the two squared norms (Cauchy-Schwarz).
    """
    held = np.bincount(matrix.rows).max()
    norms = np.bincount(matrix.rows, weights=matrix.counts.astype(np.float64) ** 2)
    return np.log2(norms.max()) + np.log2(held) < 60


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
    """Yield neighbours, block after block: list all products, sort them by pair, add them up.

    Counts may be of any size: those that 64 bits do not hold are added as Python's integers.
    """
    rows, columns, counts = matrix.rows, matrix.columns, matrix.counts
    # A dot product is at most the largest squared norm.
    norm_estimate = np.bincount(rows, weights=counts.astype(np.float64) ** 2).max()
    counts = counts.astype(np.int64 if norm_estimate < 2.0**62 else object)
    by_row = np.lexsort((columns, rows))
    rows, columns, counts = rows[by_row], columns[by_row], counts[by_row]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if twice.size:
        raise _TwiceError(rows[twice[0]], columns[twice[0]])
    row_starts = np.searchsorted(rows, np.arange(matrix.n_rows + 1))
    norms = np.add.reduceat(counts * counts, row_starts[:-1])
    dot_type = np.int64 if norms.max() <= np.iinfo(np.int64).max else object
    left, right, rooted = _divisors(norms, ranking.asymmetry)
    by_column = np.argsort(columns, kind="stable")
    column_starts = np.searchsorted(columns[by_column], np.arange(matrix.n_columns + 1))
    column_rows, column_counts = rows[by_column], counts[by_column]
    products_of_entry = np.diff(column_starts)[columns]
    products_before_row = np.concatenate([[0], np.cumsum(products_of_entry)])[row_starts]
    most = int(np.diff(products_before_row).max())
    at_once = min(int(products_before_row[-1]), _PRODUCTS_AT_ONCE + most)
    needs = {"the matrix": 150 * rows.size, "a block of products": at_once * _BYTES_PER_PRODUCT}
    _refuse_above(memory_budget, needs)

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
        yield a[kept], b[kept], ranks[kept], dots[kept].astype(dot_type), shared[kept]
        if report:
            report.add(end - row)
        row = end


def _by_scattering(matrix, ranking, threads, memory_budget, report):
    """Yield neighbours, block after block, from the compiled kernel on several threads."""
    # Not at the top: loading numba takes longer than all of a small run.
    from also_bought import _scatter

    n_pairs, n_rows, k = matrix.rows.size, matrix.n_rows, ranking.k
    wide = matrix.counts.max() >= 1 << 16
    n_sample = min(-(-n_rows // 8), _scatter.TILE)
    n_tiles = -(-(n_rows - n_sample) // _scatter.TILE) + 1
    # Of a log, every thread reads the shares that are its own.
    shares = 1 << (threads - 1).bit_length()
    log_size = n_rows // shares + _NOTES_AT_ONCE
    room = k + k // 2 + 16
    needs = {
        "the matrix": n_pairs * (44 if wide else 32) + 16 * n_tiles * matrix.n_columns,
        f"the neighbours of {n_rows:,} rows, {k} each": n_rows * (24 * k + 12 * room + 64),
        f"{threads} threads": threads * (16 * shares * log_size + 3_000_000),
    }
    _refuse_above(memory_budget, needs)
    if n_pairs >= 1 << 32:
        raise ValueError(f"There are {n_pairs:,} pairs; the kernel takes less than {1 << 32:,}.")

    codes, first_row = _numbered_by_weight(matrix, n_sample, (n_tiles - 1) * _scatter.TILE)
    row_of_code = np.empty(n_rows, np.int32)
    row_of_code[codes[first_row:]] = np.arange(first_row, codes.size, dtype=np.int32)
    entries = np.empty(n_pairs, np.uint64 if wide else np.uint32)
    counts = matrix.counts.astype(np.int64 if wide else np.int32, copy=False)
    *by_row, starts, twice = _scatter.tiled(
        row_of_code[matrix.rows], matrix.columns, counts, codes.size, matrix.n_columns, entries
    )
    if twice[0] >= 0:
        raise _TwiceError(codes[twice[0]], twice[1])
    row_starts = by_row[0]
    norms = np.ones(codes.size, np.int64)
    norms[first_row:] = np.add.reduceat(by_row[2].astype(np.int64) ** 2, row_starts[first_row:-1])
    held = np.maximum(np.diff(row_starts), 1)

    left, right, rooted = _divisors(norms, ranking.asymmetry)
    factors = np.zeros(n_tiles * _scatter.TILE, np.float32)
    factors[: codes.size] = 1 / (np.sqrt(right) if rooted else right)
    # The most that a row's shrunk score can be is what it would get if all it holds were shared.
    scales = ((held + ranking.shrinkage) / held).astype(np.float32)
    # No dot product is larger than the largest squared norm.
    shift = 0 if counts.max() == 1 else int(norms.max()).bit_length()
    mask = (1 << shift) - 1 if shift else -1
    narrow = shift + np.frexp(held)[1] <= 31
    kernel_matrix = (*by_row, starts, matrix.n_columns, entries)
    del matrix, counts
    terms = (codes, left, right, factors, scales, rooted, ranking.shrinkage, shift, mask)
    bars = np.zeros(factors.size, np.float32)
    neighbours = (
        np.empty(n_rows * room, np.int32),
        np.empty(n_rows * room, np.int64),
        np.zeros(n_rows, np.int32),
        k,
        room,
        first_row,
    )
    logs = [
        (
            np.empty((shares, log_size), np.int32),
            np.empty((shares, log_size), np.int32),
            np.empty((shares, log_size), np.int64),
            np.zeros(shares, np.int64),
        )
        for _ in range(threads)
    ]
    # A first bar is a mark that K pairs reach; shrinkage may rank those below others.
    seed_k = 0 if ranking.shrinkage else k
    at_once = max(64, n_rows // threads // 64)

    def scan(rows, tiles, log):
        return _scatter.scan_rows(
            rows[:at_once],
            tiles,
            kernel_matrix,
            terms,
            narrow,
            ranking.min_shared,
            seed_k,
            neighbours,
            bars,
            log,
        )

    def read(thread):
        for share in range(thread, shares, threads):
            for log in logs:
                _scatter.read_log(share, log, terms, neighbours, bars)

    # In random order: rows of one weight have much in common, and a row that meets its best
    # neighbours last has had many candidates by then.
    random = np.random.default_rng(1)
    n_others = codes.size - n_sample
    sample = random.permutation(np.arange(n_others, codes.size, dtype=np.int32))
    others = random.permutation(np.arange(first_row, n_others, dtype=np.int32))
    last = n_tiles - 1
    # Rows, tiles, and which share of a row's pairs that is: a fourth is with the sample.
    passes = [
        (sample, (last, n_tiles), 1.0),
        (others, (last, n_tiles), 0.25),
        (others, (0, last), 0.75),
    ]
    # Compiled here, on nothing, and not by several threads at once.
    scan(sample[:0], passes[0][1], logs[0])
    read(0)
    with ThreadPoolExecutor(threads) as pool:
        for rows, tiles, share_of_row in passes:
            # Contiguous, or numba would compile everything once more for the shortest.
            left_over = [rows[thread::threads].copy() for thread in range(threads)]
            while any(rows.size for rows in left_over):
                done = list(pool.map(scan, left_over, [tiles] * threads, logs))
                list(pool.map(read, range(threads)))
                left_over = [rows[n:] for rows, n in zip(left_over, done, strict=True)]
                if report:
                    report.add(share_of_row * sum(done))
        blocks = np.array_split(row_of_code, -(-n_rows // _ROWS_AT_ONCE))
        yield from pool.map(lambda rows: _scatter.ranked(rows, terms, neighbours), blocks)


def _numbered_by_weight(matrix, n_sample, first_of_sample):
    """Give the rows numbers, by falling number of columns, and an even sample of them the last.

    Returns the codes in the order of the numbers, and the first number in use: it is such that
    the sample begins at `first_of_sample`. The numbers before have code 0 and no pairs.
    """
    by_weight = np.argsort(-np.bincount(matrix.rows), kind="stable").astype(np.int32)
    in_sample = np.zeros(matrix.n_rows, bool)
    in_sample[np.linspace(0, matrix.n_rows - 1, n_sample).astype(int)] = True
    first = first_of_sample - (matrix.n_rows - n_sample)
    unused = np.zeros(first, np.int32)
    return np.concatenate([unused, by_weight[~in_sample], by_weight[in_sample]]), first


def _refuse_above(budget, needs):
    """Raise before the work starts when it needs more memory than it may have."""
    total = sum(needs.values())
    if total > budget:
        figures = ", ".join(f"{size / 1e9:.2f} GB for {what}" for what, size in needs.items())
        raise ValueError(
            f"Finding these neighbours needs about {total / 1e9:.2f} GB ({figures}) and the "
            f"memory budget is {budget / 1e9:.2f} GB: lower k, or raise the budget."
        )


def _batch(part, keys):
    """Turn a block of neighbours into Arrow, with keys instead of codes."""
    rows, others, ranks, dots, shared = part
    schema = NEIGHBOUR_SCHEMA
    if dots.dtype == object:
        if dots.size and dots.max() >= 10**38:
            raise ValueError("A dot product has more than 38 digits; weigh the counts first.")
        schema = schema.set(3, pa.field("dot_product", pa.decimal128(38, 0), nullable=False))
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
