"""The compiled part of `also_bought.neighbours`: Gustavson's product, top-K on the fly.

Import it late: importing numba costs half a second, and small inputs do without it.

The matrix is held twice. By row (`row_starts`, `row_columns`, `row_counts`: a CSR matrix), and
by column in *tiles* of 65,536 rows: `entries` lists, tile after tile and column after column,
the rows that hold the column, 16 bits of row within the tile and the count above them in one
integer. So an accumulator per row of the tile stays in the core's own cache, and one read brings
both row and count.

An accumulator packs the number of shared columns above the dot product: one addition serves
both. `shift` says at which bit; it is 0 when every count is 1, where both are the same number.
"""

import numpy as np
from numba import njit

TILE_BITS = 16
TILE = 1 << TILE_BITS
# The scan compares float32 scores, which are off by at most 3 roundings (2e-7): what is this
# much below a threshold may still reach it exactly.
SLACK = np.float32(1 - 1e-6)


@njit(cache=True, nogil=True)
def tiled(rows, columns, counts, n_rows, n_columns, entries):
    """Sort the pairs by row, then into tiles, with two counting sorts; fill `entries`.

    Counting sorts because keys are dense: two passes over the pairs, no comparison. Returns the
    CSR arrays, where each tile's columns start in `entries`, and a pair that comes twice as
    (row, column), or (-1, -1).
    """
    row_starts = np.zeros(n_rows + 1, np.int64)
    for pair in range(rows.size):
        row_starts[rows[pair] + 1] += 1
    for row in range(n_rows):
        row_starts[row + 1] += row_starts[row]
    row_columns = np.empty(rows.size, np.int32)
    row_counts = np.empty(rows.size, counts.dtype)
    place = row_starts[:-1].copy()
    for pair in range(rows.size):
        entry = place[rows[pair]]
        place[rows[pair]] += 1
        row_columns[entry] = columns[pair]
        row_counts[entry] = counts[pair]

    n_tiles = (n_rows + TILE - 1) // TILE
    starts = np.zeros(n_tiles * n_columns + 1, np.int64)
    for row in range(n_rows):
        first = (row >> TILE_BITS) * n_columns
        for entry in range(row_starts[row], row_starts[row + 1]):
            starts[first + row_columns[entry] + 1] += 1
    for slot in range(n_tiles * n_columns):
        starts[slot + 1] += starts[slot]
    place = starts[:-1].copy()
    twice = (-1, -1)
    for row in range(n_rows):
        first = (row >> TILE_BITS) * n_columns
        for entry in range(row_starts[row], row_starts[row + 1]):
            slot = first + row_columns[entry]
            # Rows come in order, so the same pair again would stand right before.
            before = place[slot] - 1
            if before >= starts[slot] and entries[before] & (TILE - 1) == row & (TILE - 1):
                twice = (row, row_columns[entry])
            entries[place[slot]] = (row & (TILE - 1)) | (row_counts[entry] << TILE_BITS)
            place[slot] += 1
    return row_starts, row_columns, row_counts, starts, twice


@njit(cache=True, nogil=True)
def _after(score_a, row_a, score_b, row_b):
    """Tell whether neighbour a ranks after b: a lower score, or the same score, a higher key."""
    return score_a < score_b or (score_a == score_b and row_a > row_b)


@njit(cache=True, nogil=True)
def _sift_down(scores, others, packed, hole, size, score, other, value):
    """Put a neighbour into the heap at `hole` or below; the root is the last in rank."""
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        right = child + 1
        if right < size and _after(scores[right], others[right], scores[child], others[child]):
            child = right
        if not _after(scores[child], others[child], score, other):
            break
        scores[hole] = scores[child]
        others[hole] = others[child]
        packed[hole] = packed[child]
        hole = child
    scores[hole] = score
    others[hole] = other
    packed[hole] = value


@njit(cache=True, nogil=True)
def _offer(scores, others, packed, size, score, other, value):
    """Offer a neighbour to the heap of the K best and return how many it holds."""
    k = scores.size
    if size < k:
        scores[size] = score
        others[size] = other
        packed[size] = value
        size += 1
        if size == k:
            for hole in range(k // 2 - 1, -1, -1):
                _sift_down(
                    scores, others, packed, hole, k, scores[hole], others[hole], packed[hole]
                )
    elif _after(scores[0], others[0], score, other):
        _sift_down(scores, others, packed, 0, k, score, other, value)
    return size


@njit(cache=True, nogil=True)
def _sort(scores, others, packed, size):
    """Sort the heap best first; a heap that is not full yet is made one."""
    for hole in range(size // 2 - 1, -1, -1):
        _sift_down(scores, others, packed, hole, size, scores[hole], others[hole], packed[hole])
    for last in range(size - 1, 0, -1):
        score, other, value = scores[last], others[last], packed[last]
        scores[last], others[last], packed[last] = scores[0], others[0], packed[0]
        _sift_down(scores, others, packed, 0, last, score, other, value)


@njit(cache=True, nogil=True)
def _scatter(sums, columns, counts, starts, first_slot, entries, unit):
    """Add one row's products to the sums of all rows of a tile that share a column with it.

    Work is done only for pairs that share something; entries are read in order, and the sums
    fit the second-level cache. Returns the number of additions.
    """
    added = 0
    for held in range(columns.size):
        count = np.int64(counts[held])
        slot = first_slot + columns[held]
        added += starts[slot + 1] - starts[slot]
        for place in range(starts[slot], starts[slot + 1]):
            entry = entries[place]
            sums[entry & np.uint32(TILE - 1)] += count * np.int64(entry >> TILE_BITS) + unit
    return added


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _best_of_groups(sums, factors, mask, least, best_of_group):
    """Find the best float32 score of each group of rows.

    Groups are strided (every g-th row), so that the inner loop is a plain element-wise maximum
    over neighbouring rows, which compiles to vector code.
    """
    n_groups = best_of_group.size
    best_of_group[:] = 0
    for first in range(0, sums.size, n_groups):
        sums_here = sums[first : first + n_groups]
        factors_here = factors[first : first + n_groups]
        for group in range(n_groups):
            score = np.float32(sums_here[group] & mask) * factors_here[group]
            score = score if sums_here[group] >= least else np.float32(0)
            best = best_of_group[group]
            best_of_group[group] = score if score > best else best


@njit(cache=True, nogil=True)
def _score(dot, shared, row, other, norms, left, right, asymmetric, shrinkage):
    """Score one pair in float64, in the order of operations that the SQL model uses."""
    if asymmetric:
        score = np.float64(dot) / (left[row] * right[other])
    else:
        score = min(
            1.0, np.float64(dot) / np.sqrt(np.float64(norms[row]) * np.float64(norms[other]))
        )
    if shrinkage > 0:
        score *= shared / (shared + shrinkage)
    return score


@njit(cache=True, nogil=True)
def _collect(
    row, tile, width, sums, matrix, cosine, shift, min_shared, seeded, scores, others, packed, size
):
    """Score one row against one tile and offer what may rank; return the heap's new size.

    Two ways to read the sums, the same outcome. Where most sums are zero, the entries are walked
    once more. Else the tile is scanned in chunks of 128 with vector code, and only chunks whose
    best score reaches the K-th best so far are looked at. The first time, the K-th best *chunk*
    sets that bar: K rows at least reach it, so it costs nothing and spares most of the offers.
    """
    row_starts, row_columns, row_counts, starts, n_columns, entries = matrix
    norms, left, right, factors, row_factors, asymmetric, shrinkage = cosine
    k = scores.size
    first = tile << TILE_BITS
    held = slice(row_starts[row], row_starts[row + 1])
    mask = (1 << shift) - 1 if shift else -1
    unit = 1 << shift if shift else 0
    least = min_shared << shift
    columns = row_columns[held]
    added = _scatter(
        sums, columns, row_counts[held], starts, tile * n_columns, entries, unit
    )
    if row >> TILE_BITS == tile:
        sums[row & (TILE - 1)] = 0
    bar = np.float32(0)
    if size == k:
        bar = np.float32(scores[0]) / row_factors[row] * SLACK

    if added * 8 < width:
        for column in columns:
            slot = tile * n_columns + column
            for place in range(starts[slot], starts[slot + 1]):
                lane = entries[place] & np.uint32(TILE - 1)
                value = sums[lane]
                sums[lane] = 0
                if value >= least:
                    other = first + np.int64(lane)
                    if np.float32(value & mask) * factors[other] >= bar:
                        score = _score(
                            value & mask, value >> shift, row, other,
                            norms, left, right, asymmetric, shrinkage,
                        )
                        size = _offer(scores, others, packed, size, score, other, value)
                        if size == k:
                            bar = np.float32(scores[0]) / row_factors[row] * SLACK
        return size

    group_size = max(1, min(64, width // (4 * k)))
    n_groups = (width + group_size - 1) // group_size
    best_of_group = np.empty(n_groups, np.float32)
    padded = n_groups * group_size
    _best_of_groups(
        sums[:padded],
        factors[first : first + padded],
        sums.dtype.type(mask),
        sums.dtype.type(least),
        best_of_group,
    )
    if seeded and size < k < n_groups:
        bar = np.partition(best_of_group, n_groups - k)[n_groups - k] * SLACK
    for group in range(n_groups):
        if best_of_group[group] > 0 and best_of_group[group] >= bar:
            for lane in range(group, padded, n_groups):
                value = sums[lane]
                other = first + lane
                if value >= least and np.float32(value & mask) * factors[other] >= bar:
                    score = _score(
                        value & mask, value >> shift, row, other,
                        norms, left, right, asymmetric, shrinkage,
                    )
                    size = _offer(scores, others, packed, size, score, other, value)
                    if size == k:
                        bar = np.float32(scores[0]) / row_factors[row] * SLACK
    sums[:padded] = 0
    return size


@njit(cache=True, nogil=True)
def nearest_of_rows(first_row, last_row, matrix, cosine, shifts, narrow, k, min_shared, seeded):
    """Find the top-K neighbours of rows `first_row` to `last_row - 1`, one tile after another.

    Rows share nothing, so threads need no locks and every order of the work gives the same
    result. A row whose packed sums fit 32 bits (`narrow`) uses accumulators half as large.
    Returns row, neighbour, rank, dot product and shared columns, sorted by row and rank.
    """
    norms = cosine[0]
    n_rows = last_row - first_row
    scores = np.empty((n_rows, k), np.float64)
    others = np.empty((n_rows, k), np.int32)
    packed = np.empty((n_rows, k), np.int64)
    sizes = np.zeros(n_rows, np.int64)
    sums32 = np.zeros(TILE + 64, np.int32)
    sums64 = np.zeros(TILE + 64, np.int64)
    for tile in range((norms.size + TILE - 1) >> TILE_BITS):
        width = min(TILE, norms.size - (tile << TILE_BITS))
        for i in range(n_rows):
            row = first_row + i
            if narrow[row]:
                sizes[i] = _collect(
                    row, tile, width, sums32, matrix, cosine, shifts[row], min_shared, seeded,
                    scores[i], others[i], packed[i], sizes[i],
                )
            else:
                sizes[i] = _collect(
                    row, tile, width, sums64, matrix, cosine, shifts[row], min_shared, seeded,
                    scores[i], others[i], packed[i], sizes[i],
                )

    total = sizes.sum()
    out_rows = np.empty(total, np.int32)
    out_others = np.empty(total, np.int32)
    out_ranks = np.empty(total, np.int32)
    out_dots = np.empty(total, np.int64)
    out_shared = np.empty(total, np.int32)
    out = 0
    for i in range(n_rows):
        _sort(scores[i], others[i], packed[i], sizes[i])
        shift = shifts[first_row + i]
        mask = (1 << shift) - 1 if shift else -1
        for rank in range(sizes[i]):
            out_rows[out] = first_row + i
            out_others[out] = others[i, rank]
            out_ranks[out] = rank + 1
            out_dots[out] = packed[i, rank] & mask
            out_shared[out] = packed[i, rank] >> shift
            out += 1
    return out_rows, out_others, out_ranks, out_dots, out_shared
