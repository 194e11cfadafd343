"""The compiled part of `also_bought.neighbours`: Gustavson's product, top-K on the fly.

Import it late: importing numba costs half a second, and small inputs do without it.

The matrix is held twice. By row (`row_starts`, `row_columns`, `row_counts`: a CSR matrix), and
by column in *tiles* of 65,536 rows: `entries` lists, tile after tile and column after column,
the rows that hold the column, 16 bits of row within the tile and the count above them in one
integer. So the sums of a tile stay in the core's own cache, and one read brings row and count.

Rows are numbered by falling number of columns: most additions then go to the first few thousand
sums, which stay in the fastest cache, and later tiles hold light rows only. `codes` leads back.

A sum packs the number of shared columns above the dot product: one addition serves both. `shift`
says from which bit on; it is 0 when every count is 1, where both are the same number.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

TILE_BITS = 16
TILE = 1 << TILE_BITS
LANE = np.uint32(TILE - 1)
GROUP = 16
# Candidates are first compared in float32, which is off by less than 5 roundings (3e-7): what is
# this much below a bar may still reach it exactly.
SLACK = np.float32(1 - 1e-6)


@njit(cache=True, nogil=True)
def tiled(rows, columns, counts, n_rows, n_columns, entries):
    """Sort the pairs by row, then into tiles, and fill `entries`.

    Two counting sorts: the codes are dense, so no pair is ever compared with another.
    Returns the CSR arrays, where each tile's columns start in `entries`, and a pair that comes
    twice as (row, column), or (-1, -1).
    """
    row_starts = np.zeros(n_rows + 1, np.int64)
    for pair in range(rows.size):
        row_starts[rows[pair] + 1] += 1
    for row in range(n_rows):
        row_starts[row + 1] += row_starts[row]
    row_columns = np.empty(rows.size, np.int32)
    row_counts = np.empty(rows.size, counts.dtype)
    free = row_starts[:-1].copy()
    for pair in range(rows.size):
        place = free[rows[pair]]
        free[rows[pair]] += 1
        row_columns[place] = columns[pair]
        row_counts[place] = counts[pair]

    n_slots = ((n_rows + TILE - 1) >> TILE_BITS) * n_columns
    starts = np.zeros(n_slots + 1, np.int64)
    for row in range(n_rows):
        first_slot = (row >> TILE_BITS) * n_columns
        for held in range(row_starts[row], row_starts[row + 1]):
            starts[first_slot + row_columns[held] + 1] += 1
    for slot in range(n_slots):
        starts[slot + 1] += starts[slot]
    free = starts[:-1].copy()
    twice = (-1, -1)
    for row in range(n_rows):
        first_slot = (row >> TILE_BITS) * n_columns
        lane = row & (TILE - 1)
        for held in range(row_starts[row], row_starts[row + 1]):
            slot = first_slot + row_columns[held]
            place = free[slot]
            free[slot] += 1
            # Rows come in order, so the same pair again stands right after the first.
            if place > starts[slot] and entries[place - 1] & LANE == lane:
                twice = (row, row_columns[held])
            entries[place] = (row_counts[held] << TILE_BITS) | lane
    return row_starts, row_columns, row_counts, starts, twice


@intrinsic
def _prefetch(_typing_context, array, index):
    """Ask the processor for `array[index]` ahead of its use; has no other effect."""

    def emit(context, builder, signature, arguments):
        array_type = signature.args[0]
        struct = context.make_array(array_type)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(
            context, builder, array_type, struct, [arguments[1]], wraparound=False
        )
        integer, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
        prefetch = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [pointer, integer, integer, integer]),
            "llvm.prefetch.p0",
        )
        to_read, keep, data = integer(0), integer(3), integer(1)
        builder.call(prefetch, [builder.bitcast(place, pointer), to_read, keep, data])
        return context.get_dummy_value()

    return types.void(array, types.intp), emit


@njit(cache=True, nogil=True)
def _scatter(sums, row, tile, matrix, unit):
    """Add one row's products to the sums of all rows of a tile that share a column with it.

    Only pairs that share something cost anything; entries are read in order, and the sums fit
    the second-level cache. Columns lie anywhere in memory, so each is asked for while the eight
    before it are worked on. Returns the number of additions.
    """
    row_starts, row_columns, row_counts, starts, n_columns, entries = matrix
    first_slot = tile * n_columns
    last = row_columns.size - 1
    added = 0
    for held in range(row_starts[row], row_starts[row + 1]):
        _prefetch(starts, first_slot + np.int64(row_columns[min(held + 16, last)]))
        ahead = starts[first_slot + row_columns[min(held + 8, last)]]
        _prefetch(entries, ahead)
        _prefetch(entries, ahead + 16)
        count = np.int64(row_counts[held])
        slot = first_slot + row_columns[held]
        added += starts[slot + 1] - starts[slot]
        for place in range(starts[slot], starts[slot + 1]):
            entry = entries[place]
            sums[entry & LANE] += count * np.int64(entry >> TILE_BITS) + unit
    return added


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _best_of_groups(sums, factors, mask, least, best):
    """Find the best float32 score of each group of rows.

    Groups are strided (row 0, g, 2g...), so the inner loop is an element-wise maximum over
    consecutive rows, which compiles to vector code: some ten rows a nanosecond.
    """
    n_groups = best.size
    best[:] = 0
    for first in range(0, sums.size, n_groups):
        these_sums = sums[first : first + n_groups]
        these_factors = factors[first : first + n_groups]
        for group in range(n_groups):
            score = np.float32(these_sums[group] & mask) * these_factors[group]
            score = score if these_sums[group] >= least else np.float32(0)
            best[group] = score if score > best[group] else best[group]


@njit(cache=True, nogil=True)
def _kth_best(best, k):
    """Return a score that at least `k` groups reach, and few more.

    Groups are folded together until a few times K are left: choosing among few is quick.
    """
    n_folded = min(best.size, max(4 * k, best.size // 8))
    folded = best[:n_folded].copy()
    for first in range(n_folded, best.size, n_folded):
        for group in range(min(n_folded, best.size - first)):
            folded[group] = max(folded[group], best[first + group])
    return np.partition(folded, n_folded - k)[n_folded - k]


@njit(cache=True, nogil=True)
def _score(value, shift, mask, left, right, rooted, shrinkage):
    """Score a pair in float64, with the operations in the order of the SQL model."""
    divisor = left * right
    score = np.float64(value & mask)
    score = min(1.0, score / np.sqrt(divisor)) if rooted else score / divisor
    if shrinkage > 0:
        shared = value >> shift
        score *= shared / (shared + shrinkage)
    return score


@njit(cache=True, nogil=True)
def _after(score_a, row_a, score_b, row_b):
    """Tell whether neighbour a ranks after b: a lower score, or the same score, a higher key."""
    return score_a < score_b or (score_a == score_b and row_a > row_b)


@njit(cache=True, nogil=True)
def _sift_down(scores, others, values, hole, size, score, other, value):
    """Put a neighbour into the heap at `hole` or below it; the root is the last in rank."""
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        right = child + 1
        if right < size and _after(scores[right], others[right], scores[child], others[child]):
            child = right
        if not _after(scores[child], others[child], score, other):
            break
        scores[hole], others[hole], values[hole] = scores[child], others[child], values[child]
        hole = child
    scores[hole], others[hole], values[hole] = score, other, value


@njit(cache=True, nogil=True)
def _make_heap(scores, others, values, size):
    """Order the first `size` neighbours as a heap."""
    for hole in range(size // 2 - 1, -1, -1):
        score, other, value = scores[hole], others[hole], values[hole]
        _sift_down(scores, others, values, hole, size, score, other, value)


@njit(cache=True, nogil=True)
def _sort(scores, others, values, size):
    """Sort the first `size` neighbours, best first; they are a heap when there are K."""
    if size < scores.size:
        _make_heap(scores, others, values, size)
    for last in range(size - 1, 0, -1):
        score, other, value = scores[last], others[last], values[last]
        scores[last], others[last], values[last] = scores[0], others[0], values[0]
        _sift_down(scores, others, values, 0, last, score, other, value)


@njit(cache=True, nogil=True)
def _offer(scores, others, values, size, score, other, value):
    """Take a neighbour among the K best if it ranks there; return how many are known now."""
    k = scores.size
    if size == k:
        if _after(scores[0], others[0], score, other):
            _sift_down(scores, others, values, 0, k, score, other, value)
        return k
    scores[size], others[size], values[size] = score, other, value
    if size + 1 == k:
        _make_heap(scores, others, values, k)
    return size + 1


@njit(cache=True, nogil=True)
def _collect(
    sums, row, tile, matrix, terms, shift, min_shared, seeded, scores, others, values, size
):
    """Find a row's neighbours in one tile; return how many of the K best are known now.

    Two ways to read the sums, one outcome. Where most sums are zero, the entries are walked once
    more. Else groups of 16 rows are compared by vector code, and only a group whose best score
    reaches the bar is looked into. The bar is what the K-th best reached so far, or, the first
    time, what K groups reach: that spares most offers to the heap before it is even full.
    """
    row_starts, row_columns, _row_counts, starts, n_columns, entries = matrix
    codes, left, right, row_factors, factors, rooted, shrinkage = terms
    k = scores.size
    if row_starts[row + 1] - row_starts[row] < min_shared:
        return size
    first = tile << TILE_BITS
    unit, mask = (1 << shift, (1 << shift) - 1) if shift else (0, -1)
    least = min_shared << shift
    added = _scatter(sums, row, tile, matrix, unit)
    if row >> TILE_BITS == tile:
        sums[row & (TILE - 1)] = 0
    row_left = left[row]
    to_bar = SLACK / row_factors[row]
    bar = np.float32(scores[0]) * to_bar if size == k else np.float32(0)

    width = min(TILE, right.size - first)
    if added * 8 < width:
        touched = np.empty(added, np.int64)
        score_of = np.empty(added, np.float32)
        value_of = np.empty(added, np.int64)
        n_touched = 0
        for held in range(row_starts[row], row_starts[row + 1]):
            slot = tile * n_columns + row_columns[held]
            for place in range(starts[slot], starts[slot + 1]):
                lane = np.int64(entries[place] & LANE)
                value = np.int64(sums[lane])
                sums[lane] = 0
                other = first + lane
                if value >= least and np.float32(value & mask) * factors[other] >= bar:
                    touched[n_touched] = other
                    score_of[n_touched] = np.float32(value & mask) * factors[other]
                    value_of[n_touched] = value
                    n_touched += 1
        if seeded and size < k < n_touched:
            bar = _kth_best(score_of[:n_touched], k) * SLACK
        for i in range(n_touched):
            if score_of[i] >= bar:
                other, value = touched[i], value_of[i]
                score = _score(value, shift, mask, row_left, right[other], rooted, shrinkage)
                size = _offer(scores, others, values, size, score, codes[other], value)
                if size == k:
                    bar = max(bar, np.float32(scores[0]) * to_bar)
        return size

    n_groups = (width + GROUP - 1) // GROUP
    padded = n_groups * GROUP
    best = np.empty(n_groups, np.float32)
    _best_of_groups(
        sums[:padded],
        factors[first : first + padded],
        sums.dtype.type(mask),
        sums.dtype.type(least),
        best,
    )
    if seeded and size < k < n_groups:
        bar = _kth_best(best, k) * SLACK
    for group in range(n_groups):
        if best[group] > 0 and best[group] >= bar:
            for lane in range(group, padded, n_groups):
                value = np.int64(sums[lane])
                other = first + lane
                if value >= least and np.float32(value & mask) * factors[other] >= bar:
                    score = _score(value, shift, mask, row_left, right[other], rooted, shrinkage)
                    size = _offer(scores, others, values, size, score, codes[other], value)
                    if size == k:
                        bar = max(bar, np.float32(scores[0]) * to_bar)
    sums[:padded] = 0
    return size


@njit(cache=True, nogil=True)
def nearest_of_rows(rows, matrix, terms, shifts, narrow, k, min_shared, seeded):
    """Find the top-K neighbours of some rows, tile after tile.

    Rows have nothing in common but what is read, so threads need no locks, and the order of the
    work cannot change the result. A row whose sums fit 32 bits (`narrow`) uses sums of half the
    size. Returns code, neighbour's code, rank, dot product and shared columns, row after row.
    """
    codes = terms[0]
    n_rows = rows.size
    scores = np.empty((n_rows, k), np.float64)
    others = np.empty((n_rows, k), np.int32)
    values = np.empty((n_rows, k), np.int64)
    sizes = np.zeros(n_rows, np.int64)
    sums32 = np.zeros(TILE, np.int32)
    sums64 = np.zeros(TILE, np.int64)
    for tile in range((codes.size + TILE - 1) >> TILE_BITS):
        for i in range(n_rows):
            row = rows[i]
            rest = (scores[i], others[i], values[i], sizes[i])
            if narrow[row]:
                sizes[i] = _collect(
                    sums32, row, tile, matrix, terms, shifts[row], min_shared, seeded, *rest
                )
            else:
                sizes[i] = _collect(
                    sums64, row, tile, matrix, terms, shifts[row], min_shared, seeded, *rest
                )

    total = sizes.sum()
    out_rows = np.empty(total, np.int32)
    out_others = np.empty(total, np.int32)
    out_ranks = np.empty(total, np.int32)
    out_dots = np.empty(total, np.int64)
    out_shared = np.empty(total, np.int32)
    out = 0
    for i in range(n_rows):
        _sort(scores[i], others[i], values[i], sizes[i])
        shift = shifts[rows[i]]
        mask = (1 << shift) - 1 if shift else -1
        for rank in range(sizes[i]):
            out_rows[out] = codes[rows[i]]
            out_others[out] = others[i, rank]
            out_ranks[out] = rank + 1
            out_dots[out] = values[i, rank] & mask
            out_shared[out] = values[i, rank] >> shift
            out += 1
    return out_rows, out_others, out_ranks, out_dots, out_shared
