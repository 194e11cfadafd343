"""The way to the neighbours that needs numpy alone: all products are sorted by pair of rows."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from also_bought.kernel.matrix import (
    Block,
    Matrix,
    OverBudgetError,
    Progress,
    Ranking,
    Report,
    TwiceError,
)

_PRODUCTS_AT_ONCE = 2_000_000
_BYTES_PER_PRODUCT = 80


def by_sorting(
    matrix: Matrix, ranking: Ranking, memory_budget: int, progress: Report | None
) -> tuple[pa.DataType, Iterator[Block]]:
    """Find neighbours, block after block: list all products, sort them by pair, add them up.

    Counts may be of any size: those that 64 bits do not hold are added as Python's integers.
    Returns the type of the dot products, and an iterator of blocks.
    """
    report = Progress(matrix.n_rows, progress)
    rows, columns = matrix.rows, matrix.columns
    # A dot product is at most the largest squared norm.
    counts = matrix.counts.astype(np.int64 if matrix.rounded_norms.max() < 2.0**62 else object)
    by_row = np.lexsort((columns, rows))
    rows, columns, counts = rows[by_row], columns[by_row], counts[by_row]
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if twice.size:
        raise TwiceError(int(rows[twice[0]]), int(columns[twice[0]]))
    row_starts = np.searchsorted(rows, np.arange(matrix.n_rows + 1))
    exact_norms = np.add.reduceat(counts * counts, row_starts[:-1])
    is_64_bits = exact_norms.max() <= np.iinfo(np.int64).max
    norms = exact_norms.astype(np.float64)
    by_column = np.argsort(columns, kind="stable")
    column_starts = np.searchsorted(columns[by_column], np.arange(matrix.n_columns + 1))
    column_rows, column_counts = rows[by_column], counts[by_column]
    products_of_entry = np.diff(column_starts)[columns]
    products_before_row = np.concatenate([[0], np.cumsum(products_of_entry)])[row_starts]
    most = int(np.diff(products_before_row).max())
    at_once = min(int(products_before_row[-1]), _PRODUCTS_AT_ONCE + most)
    needed = memory_for_sorting(rows.size, at_once)
    if needed > memory_budget:
        raise OverBudgetError({f"sorting {at_once:,} products at once": needed}, memory_budget)

    def blocks() -> Iterator[Block]:
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

            scores = np.minimum(dots.astype(np.float64) / np.sqrt(norms[a] * norms[b]), 1.0)
            best_first = np.lexsort((b, -scores, a))
            a, b, dots, shared = a[best_first], b[best_first], dots[best_first], shared[best_first]
            ranks = np.arange(a.size) - np.searchsorted(a, a) + 1
            complete = np.less(np.searchsorted(a, a, "right") - np.searchsorted(a, a), ranking.k)
            kept = ranks <= ranking.k
            yield Block(a[kept], b[kept], ranks[kept], dots[kept], shared[kept], complete[kept])
            report.add(end - row)
            row = end

    return pa.int64() if is_64_bits else pa.decimal128(38, 0), blocks()


def memory_for_sorting(n_pairs: int, n_products: int) -> int:
    """Return how many bytes so many products at a time need."""
    return 150 * n_pairs + _BYTES_PER_PRODUCT * n_products
