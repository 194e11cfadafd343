"""The compiled part of `also_bought.neighbours`: Gustavson's product, one row at a time.

Import it late: importing numba costs half a second, and small inputs do without it.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _worse(score_a, row_a, score_b, row_b):
    """Tell whether neighbour a ranks after neighbour b: lower score, or a tie and higher key."""
    return score_a < score_b or (score_a == score_b and row_a > row_b)


@njit(cache=True, nogil=True)
def _sift_down(scores, rows, start, size):
    """Restore the heap below `start`; its root is the neighbour that would be dropped first."""
    score = scores[start]
    row = rows[start]
    hole = start
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        if child + 1 < size and _worse(
            scores[child + 1], rows[child + 1], scores[child], rows[child]
        ):
            child += 1
        if not _worse(scores[child], rows[child], score, row):
            break
        scores[hole] = scores[child]
        rows[hole] = rows[child]
        hole = child
    scores[hole] = score
    rows[hole] = row


@njit(cache=True, nogil=True)
def nearest_of_rows(
    first_row,
    last_row,
    row_starts,
    row_columns,
    row_counts,
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
):
    """Find the top-K neighbours of rows `first_row` to `last_row - 1`.

    For each row, every column it holds adds count times count to the accumulator of every row
    in that column: only pairs that share something cost anything, and the column lists are read
    in order. The K best are kept in a heap, so a row's candidates are never stored.
    Writes `found` and the first `found[row]` cells of the result matrices, best first.
    """
    n_rows = norms.size
    dot_with = np.zeros(n_rows, np.int64)
    shared_with = np.zeros(n_rows, np.int32)
    scores = np.empty(k, np.float64)
    best = np.empty(k, np.int32)
    for row in range(first_row, last_row):
        for entry in range(row_starts[row], row_starts[row + 1]):
            column = row_columns[entry]
            count = row_counts[entry]
            for other in range(column_starts[column], column_starts[column + 1]):
                dot_with[column_rows[other]] += count * column_counts[other]
                shared_with[column_rows[other]] += 1
        dot_with[row] = 0
        size = 0
        norm = float(norms[row])
        for other in range(n_rows):
            if dot_with[other] > 0 and shared_with[other] >= min_shared:
                score = min(1.0, float(dot_with[other]) / np.sqrt(norm * float(norms[other])))
                if size < k:
                    scores[size] = score
                    best[size] = other
                    size += 1
                    if size == k:
                        for start in range(k // 2 - 1, -1, -1):
                            _sift_down(scores, best, start, k)
                elif _worse(scores[0], best[0], score, other):
                    scores[0] = score
                    best[0] = other
                    _sift_down(scores, best, 0, k)
        found[row] = size
        if size < k:
            for start in range(size // 2 - 1, -1, -1):
                _sift_down(scores, best, start, size)
        for last in range(size - 1, -1, -1):
            neighbour = best[0]
            neighbours[row, last] = neighbour
            dots[row, last] = dot_with[neighbour]
            shareds[row, last] = shared_with[neighbour]
            scores[0] = scores[last]
            best[0] = best[last]
            _sift_down(scores, best, 0, last)
        dot_with[:] = 0
        shared_with[:] = 0
