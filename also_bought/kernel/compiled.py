"""The compiled part of `also_bought.kernel.scattering`: Gustavson's product, top-K on the fly.

Import it late: importing numba costs half a second, and small inputs do without it.

The work goes in *passes*, one unless memory is short. A pass finds the neighbours of some of the
rows, which lie between two keys. A pair of two of them is worked out once, by the one of lower
number, and offered to both. A pair with a row of another pass is offered to one of them only, and
so worked out once in either pass.

The matrix is held twice. By row (`row_starts`, `row_columns`, `row_counts`: a CSR matrix), and by
column in *tiles* of up to 65,536 rows: `entries` lists, tile after tile and column after column,
the rows that hold the column, 16 bits of row within the tile and the count above them in one
integer. So the sums of a tile stay in the core's own cache, and one read brings row and count.
`row_places` says where in `entries` the rows after a pair's own begin, `ends` where each tile's
rows end.

The rows of a pass are numbered by falling number of columns: most additions then go to the first
few thousand sums of a tile, which stay in the fastest cache. `codes` leads back. The last tile of a
pass holds a sample of its rows; their pairs come first, and show early which scores can be among
the K best.

A sum packs the number of shared columns above the dot product: one addition serves both. `shift`
says from which bit on; it is 0 when every count is 1, where both are the same number.

A *mark* is a float32 that ranks a row's neighbours as their scores do, but for rounding: the dot
product times the neighbour's factor, which is negative for a row that may be no neighbour. Each row
of the pass has *room* for half as many candidates again as K, and a *bar*: no mark below it is
among the K best. The bar of other rows is infinite. When the room is full, the bar is raised and
what is below it dropped. A thread writes to the room of the row it works on; what it finds for
other rows it notes in its *log*, which is read, when it is full, by the thread that the noted rows
belong to. So nothing is locked, and the order of the work decides how many candidates there are,
but not which remain.
"""

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from also_bought.kernel.jit import compiled
from also_bought.kernel.matrix import Flags, Floats, Integers, Whole
from also_bought.kernel.plan import TILE, TILE_BITS

Marks = NDArray[np.float32]

LANE = np.uint32(TILE - 1)
GROUP = 16
# A mark is off by less than 5 roundings of a float32 (3e-7): what is this much below another may
# still belong before it.
SLACK = np.float32(1 - 1e-6)


# These stand here and not with what fills them: what numba keeps on disk is as old as this file.
# A loop takes what it reads out of them first: within one, each time is counted as a use of it.
class TiledMatrix(NamedTuple):
    """The matrix by row and by column; the arrays are those of the same names above."""

    row_starts: Integers
    row_columns: Integers
    row_counts: Integers
    row_places: Integers
    starts: Integers
    n_columns: int
    entries: Integers
    ends: Integers


class Terms(NamedTuple):
    """What makes marks and scores of sums; the arrays are by row number."""

    codes: Integers
    norms: Floats
    factors: Marks
    # Whether the row's sums fit 32 bits.
    narrow: Flags
    shift: int
    mask: int
    min_shared: int


class Candidates(NamedTuple):
    """The rooms of a pass' rows, from number `first_row` on, `room` places each; bars of all."""

    others: Integers
    values: Integers
    # How many places of each room are taken.
    sizes: Integers
    bars: Marks
    k: int
    room: int
    first_row: int


class Log(NamedTuple):
    """What a thread has noted, share by share: shape (shares, notes); sizes of shape (shares,)."""

    rows: Integers
    others: Integers
    values: Integers
    sizes: Integers


class Scratch(NamedTuple):
    """What a thread works with: sums of 32 and of 64 bits, and the candidates among them."""

    narrow_sums: Integers
    wide_sums: Integers
    lanes: Integers
    values: Integers


class Known(NamedTuple):
    """By row number: the last neighbour that is known, or -1, and its rank."""

    last: Integers
    ranks: Integers


def _element(
    context: Any, builder: Any, signature: Any, arguments: Any, array: int, index: int
) -> Any:
    """Build the address of an array's element; both are positions among the arguments."""
    array_type = signature.args[array]
    struct = context.make_array(array_type)(context, builder, arguments[array])
    return cgutils.get_item_pointer(
        context, builder, array_type, struct, [arguments[index]], wraparound=False
    )


@intrinsic
def _prefetch(_typing_context: Any, array: Any, index: Any) -> Any:
    """Ask the processor for `array[index]` ahead of its use; has no other effect."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _element(context, builder, signature, arguments, 0, 1)
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


@compiled()
def sorted_by_row(
    rows: Integers, columns: Integers, counts: Integers, number_of_code: Integers, n_numbers: Whole
) -> tuple[Integers, Integers, Integers, Integers]:
    """Sort the pairs by row number into a CSR matrix; return it with the squared norms.

    A counting sort: the codes are dense, so no pair is ever compared with another.
    """
    row_starts = np.zeros(n_numbers + 1, np.int64)
    for pair in range(rows.size):
        row_starts[number_of_code[rows[pair]] + 1] += 1
    for row in range(n_numbers):
        row_starts[row + 1] += row_starts[row]
    row_columns = np.empty(rows.size, np.int32)
    row_counts = np.empty(rows.size, counts.dtype)
    norms = np.zeros(n_numbers, np.int64)
    free = row_starts[:-1].copy()
    for pair in range(rows.size):
        row = number_of_code[rows[pair]]
        place = free[row]
        free[row] += 1
        row_columns[place] = columns[pair]
        row_counts[place] = counts[pair]
        norms[row] += np.int64(counts[pair]) * np.int64(counts[pair])
    return row_starts, row_columns, row_counts, norms


@compiled()
def tiled(
    row_starts: Integers,
    row_columns: Integers,
    row_counts: Integers,
    n_columns: Whole,
    entries: Integers,
) -> tuple[Integers, Integers, tuple[int, int]]:
    """Sort the pairs of a CSR matrix into tiles, and fill `entries`.

    Returns the places after the pairs in `entries`, where each tile's columns start there, and a
    pair that comes twice as (row, column), or (-1, -1).
    """
    n_rows = row_starts.size - 1
    n_slots = ((n_rows + TILE - 1) >> TILE_BITS) * n_columns
    starts = np.zeros(n_slots + 1, np.uint32)
    for row in range(n_rows):
        first_slot = (row >> TILE_BITS) * n_columns
        for held in range(row_starts[row], row_starts[row + 1]):
            starts[first_slot + row_columns[held] + 1] += 1
    for slot in range(n_slots):
        starts[slot + 1] += starts[slot]
    free = starts[:-1].copy()
    row_places = np.empty(row_columns.size, np.uint32)
    last = row_columns.size - 1
    twice = (-1, -1)
    for row in range(n_rows):
        first_slot = (row >> TILE_BITS) * n_columns
        lane = row & (TILE - 1)
        for held in range(row_starts[row], row_starts[row + 1]):
            # Columns lie anywhere in memory, as in `_scatter`.
            _prefetch(free, first_slot + np.int64(row_columns[min(held + 32, last)]))
            next_slot = first_slot + np.int64(row_columns[min(held + 16, last)])
            _prefetch(entries, np.int64(free[next_slot]))
            slot = first_slot + row_columns[held]
            place = np.int64(free[slot])
            free[slot] += 1
            # Rows come in order, so the same pair again stands right after the first.
            if place > starts[slot] and entries[place - 1] & LANE == lane:
                twice = (row, row_columns[held])
            entries[place] = (np.int64(row_counts[held]) << TILE_BITS) | lane
            row_places[held] = place + 1
    return row_places, starts, twice


@intrinsic
def _passing(
    _typing_context: Any,
    sums: Any,
    first: Any,
    factors: Any,
    bars: Any,
    factor: Any,
    bar: Any,
    mask: Any,
    least: Any,
) -> Any:
    """Tell which of 16 sums may belong to a pair that one of its rows wants, a bit for each.

    A sum passes that is at least `least`, and whose dot product (the bits of `mask`) reaches `bar`
    when multiplied by its row's of the `factors`, or its row's of the `bars` when multiplied by
    `factor`. Written for vectors because the loop is not made one by the compiler.
    """

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        def load(array: int, element: Any) -> Any:
            place = _element(context, builder, signature, arguments, array, 1)
            vector = ir.VectorType(element, GROUP)
            return builder.load(builder.bitcast(place, vector.as_pointer()), align=4)

        def spread(argument: int) -> Any:
            value = arguments[argument]
            one = ir.Constant(ir.VectorType(value.type, GROUP), ir.Undefined)
            one = builder.insert_element(one, value, ir.IntType(32)(0))
            places = ir.Constant(ir.VectorType(ir.IntType(32), GROUP), [0] * GROUP)
            return builder.shuffle_vector(one, one, places)

        real = ir.FloatType()
        these = load(0, ir.IntType(signature.args[0].dtype.bitwidth))
        dots = builder.sitofp(builder.and_(these, spread(6)), ir.VectorType(real, GROUP))
        mine = builder.fcmp_ordered(">=", builder.fmul(dots, load(2, real)), spread(5))
        theirs = builder.fcmp_ordered(">=", builder.fmul(dots, spread(4)), load(3, real))
        enough = builder.icmp_signed(">=", these, spread(7))
        passing = builder.and_(enough, builder.or_(mine, theirs))
        bits = builder.bitcast(passing, ir.IntType(GROUP))
        return builder.zext(bits, ir.IntType(32))

    real, integer = types.float32, sums.dtype
    arguments = (sums, types.intp, factors, bars, real, real, integer, integer)
    return types.uint32(*arguments), emit


@compiled()
def _before(score_a: float, code_a: Whole, score_b: float, code_b: Whole) -> bool | np.bool_:
    """Tell whether neighbour a ranks before b: a higher score, or the same, and a lower key."""
    return score_a > score_b or (score_a == score_b and code_a < code_b)


@compiled()
def _scores(row: Whole, others: Integers, values: Integers, terms: Terms) -> Floats:
    """Score a row's neighbours in float64, with the operations in the order of the SQL model."""
    norms, mask = terms.norms, terms.mask
    scores = np.empty(others.size, np.float64)
    for i in range(others.size):
        dot = np.float64(values[i] & mask)
        scores[i] = min(1.0, dot / np.sqrt(norms[row] * norms[others[i]]))
    return scores


@compiled()
def _select(scores: Floats, others: Integers, values: Integers, codes: Integers, k: Whole) -> None:
    """Bring the K best to the front (Hoare's quickselect)."""
    low, high = 0, scores.size - 1
    while low < high:
        score, code = scores[(low + high) >> 1], codes[others[(low + high) >> 1]]
        i, j = low, high
        while i <= j:
            while _before(scores[i], codes[others[i]], score, code):
                i += 1
            while _before(score, code, scores[j], codes[others[j]]):
                j -= 1
            if i <= j:
                scores[i], scores[j] = scores[j], scores[i]
                others[i], others[j] = others[j], others[i]
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k - 1 <= j:
            high = j
        elif k - 1 >= i:
            low = i
        else:
            return


@compiled()
def _sort(scores: Floats, others: Integers, values: Integers, codes: Integers) -> None:
    """Sort neighbours, best first (Shell's sort, with the gaps of Ciura)."""
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for end in range(gap, scores.size):
            score, other, value = scores[end], others[end], values[end]
            hole = end
            while hole >= gap and _before(
                score, codes[other], scores[hole - gap], codes[others[hole - gap]]
            ):
                scores[hole] = scores[hole - gap]
                others[hole] = others[hole - gap]
                values[hole] = values[hole - gap]
                hole -= gap
            scores[hole], others[hole], values[hole] = score, other, value


@compiled()
def _bar_of(marks: Marks, k: Whole, enough: Whole, low: np.float32) -> np.float32:
    """Return a mark that at least K reach, and at most `enough` unless many are level.

    Found by halving the interval from `low`, which K reach: counting is vector code.
    """
    high = marks.max()
    for _ in range(20):
        middle = (low + high) * np.float32(0.5)
        reach = np.int32(0)
        for i in range(marks.size):
            reach += np.int32(marks[i] >= middle)
        if reach < k:
            high = middle
        else:
            low = middle
            if reach <= enough:
                break
    return low


@compiled(fastmath={"nnan", "nsz"})
def _first_bar(sums: Integers, factors: Marks, k: Whole, mask: Whole, least: Whole) -> np.float32:
    """Return a mark that at least K sums reach, from the best of each of many groups of 16.

    Groups are strided (sum 0, g, 2g...), so the inner loop is an element-wise maximum over
    consecutive sums, which compiles to vector code.
    """
    n_groups = sums.size // GROUP
    if n_groups < 2 * k:
        return np.float32(0)
    best = np.zeros(n_groups, np.float32)
    for first in range(0, n_groups * GROUP, n_groups):
        these_sums = sums[first : first + n_groups]
        these_factors = factors[first : first + n_groups]
        for group in range(n_groups):
            mark = np.float32(these_sums[group] & mask) * these_factors[group]
            mark = mark if these_sums[group] >= least else np.float32(0)
            best[group] = mark if mark > best[group] else best[group]
    return _bar_of(best, k, k + k // 8, np.float32(0)) * SLACK


@compiled()
def _raise_bar(row: Whole, terms: Terms, candidates: Candidates) -> Whole:
    """Drop candidates of a row whose room is full, and raise its bar; return how many stay.

    A bar that K candidates reach is found by halving an interval: counting is vector code. Where
    so many are level that this would free too little, the exact order decides.
    """
    k, room, bars = candidates.k, candidates.room, candidates.bars
    base = (row - candidates.first_row) * room
    others, values = candidates.others[base : base + room], candidates.values[base : base + room]
    factors, mask = terms.factors, terms.mask
    marks = np.empty(room, np.float32)
    for i in range(room):
        marks[i] = np.float32(values[i] & mask) * factors[others[i]]
    bar = _bar_of(marks, k, k + (room - k) // 4, bars[row]) * SLACK
    bars[row] = max(bar, bars[row])
    kept = 0
    for i in range(room):
        others[kept], values[kept], marks[kept] = others[i], values[i], marks[i]
        kept += marks[i] >= bar
    if kept > k + (room - k) // 2:
        scores = _scores(row, others[:kept], values[:kept], terms)
        _select(scores, others[:kept], values[:kept], terms.codes, k)
        kept = k
    return kept


@compiled()
def _scatter(sums: Integers, row: Whole, tile: Whole, matrix: TiledMatrix, unit: Whole) -> Whole:
    """Add one row's products to the sums of the rows after it in a tile.

    Only pairs that share something cost anything; entries are read in order, and the sums fit
    the second-level cache. Columns lie anywhere in memory, so each is asked for while the eight
    before it are worked on. Returns the number of additions.
    """
    row_starts, row_columns, row_counts, row_places, starts, n_columns, entries, _ends = matrix
    first_slot = tile * n_columns
    own = row >> TILE_BITS == tile
    last = row_columns.size - 1
    added: Whole = 0
    for held in range(row_starts[row], row_starts[row + 1]):
        _prefetch(starts, first_slot + np.int64(row_columns[min(held + 16, last)]) + 1)
        next_held = min(held + 8, last)
        ahead = row_places[next_held] if own else starts[first_slot + row_columns[next_held]]
        _prefetch(entries, np.int64(ahead))
        _prefetch(entries, np.int64(ahead) + 16)
        count = np.int64(row_counts[held])
        slot = first_slot + row_columns[held]
        first, end = np.int64(row_places[held] if own else starts[slot]), np.int64(starts[slot + 1])
        added += end - first
        for place in range(first, end):
            entry = entries[place]
            sums[entry & LANE] += count * np.int64(entry >> TILE_BITS) + unit
    return added


@compiled()
def _find_candidates(
    sums: Integers,
    row: Whole,
    tile: Whole,
    matrix: TiledMatrix,
    terms: Terms,
    candidates: Candidates,
    scratch: Scratch,
) -> Whole:
    """Work out the pairs of a row with the rows after it in a tile; list those that one wants.

    Two ways to read the sums, one outcome. Where most sums are zero, the entries are walked once
    more; else 16 sums at a time are compared by vector code. Either leaves zeros behind. Lists are
    written without a branch: nobody can predict which pair is wanted. Returns their length.
    """
    row_starts, row_columns, _row_counts, row_places, starts, n_columns, entries, ends = matrix
    factors, mask = terms.factors, terms.mask
    k, bars = candidates.k, candidates.bars
    lanes, found = scratch.lanes, scratch.values
    least = terms.min_shared << terms.shift
    added = _scatter(sums, row, tile, matrix, 1 << terms.shift if terms.shift else 0)
    own = row >> TILE_BITS == tile
    first = tile << TILE_BITS
    last = ends[tile]
    factor, bar = factors[row], bars[row]
    these_factors, these_bars = factors[first:], bars[first:]
    n_found: Whole = 0
    begin = (row & (TILE - 1)) // GROUP * GROUP if own else 0
    if added * 12 < last - begin:
        for held in range(row_starts[row], row_starts[row + 1]):
            slot = tile * n_columns + row_columns[held]
            begin_place = np.int64(row_places[held] if own else starts[slot])
            for place in range(begin_place, np.int64(starts[slot + 1])):
                lane = np.int64(entries[place] & LANE)
                value = np.int64(sums[lane])
                sums[lane] = 0
                dot = np.float32(value & mask)
                lanes[n_found], found[n_found] = lane, value
                n_found += (value >= least) & (
                    (dot * these_factors[lane] >= bar) | (dot * factor >= these_bars[lane])
                )
        if bar == 0 and n_found >= 2 * k:
            marks = np.empty(n_found, np.float32)
            for i in range(n_found):
                marks[i] = np.float32(found[i] & mask) * these_factors[lanes[i]]
            bars[row] = _bar_of(marks, k, k + k // 8, bar) * SLACK
        return n_found
    if bar == 0:
        bar = _first_bar(
            sums[begin:last],
            these_factors[begin:last],
            k,
            sums.dtype.type(mask),
            sums.dtype.type(least),
        )
        bars[row] = bar
    for group in range(begin, last, GROUP):
        passing = _passing(
            sums,
            group,
            these_factors,
            these_bars,
            factor,
            bar,
            sums.dtype.type(mask),
            sums.dtype.type(least),
        )
        if passing:
            for member in range(GROUP):
                lanes[n_found] = group + member
                n_found += (passing >> member) & 1
    for i in range(n_found):
        found[i] = sums[lanes[i]]
    sums[begin:last] = 0
    return n_found


@compiled()
def _offer(
    row: Whole,
    first: Whole,
    n_found: Whole,
    terms: Terms,
    candidates: Candidates,
    log: Log,
    scratch: Scratch,
) -> None:
    """Give candidates to the row that is worked on, and note them for the others that want them."""
    factors, mask = terms.factors, terms.mask
    others, values, sizes, bars, _k, room, first_row = candidates
    log_rows, log_others, log_values, n_logged = log
    lanes, found = scratch.lanes, scratch.values
    base = (row - first_row) * room
    size: Whole = np.int64(sizes[row - first_row])
    factor, bar = factors[row], bars[row]
    shares = n_logged.size - 1
    for i in range(n_found):
        other, value = first + lanes[i], found[i]
        dot = np.float32(value & mask)
        others[base + size] = other
        values[base + size] = value
        size += dot * factors[other] >= bar
        if size == room:
            size = _raise_bar(row, terms, candidates)
            bar = bars[row]
        share = other & shares
        place = n_logged[share]
        log_rows[share, place] = other
        log_others[share, place] = row
        log_values[share, place] = value
        n_logged[share] = place + (dot * factor >= bars[other])
    sizes[row - first_row] = size


@compiled()
def scan_rows(
    rows: Integers,
    tiles: tuple[int, int],
    first_tile: Whole,
    matrix: TiledMatrix,
    terms: Terms,
    candidates: Candidates,
    log: Log,
    scratch: Scratch,
) -> Whole:
    """Work out the pairs of some rows with the rows of some tiles, and offer them.

    Where the other row is one of the pass, too (its tiles begin with `first_tile`), only pairs with
    rows after the own are worked out. Stops where the log could overflow; returns how many rows are
    done. A row whose sums fit 32 bits uses the narrow sums.
    """
    row_starts, narrow, n_logged = matrix.row_starts, terms.narrow, log.sizes
    # No row notes more than one candidate for every row of a share, and one that is not wanted.
    limit = log.rows.shape[1] - candidates.sizes.size // n_logged.size - 2
    for done in range(rows.size):
        if n_logged.max() > limit:
            return done
        row = np.int64(rows[done])
        if row_starts[row + 1] - row_starts[row] < terms.min_shared:
            continue
        for tile in range(tiles[0], tiles[1]):
            if first_tile <= tile < row >> TILE_BITS:
                continue
            if narrow[row]:
                n_found = _find_candidates(
                    scratch.narrow_sums, row, tile, matrix, terms, candidates, scratch
                )
            else:
                n_found = _find_candidates(
                    scratch.wide_sums, row, tile, matrix, terms, candidates, scratch
                )
            _offer(row, tile << TILE_BITS, n_found, terms, candidates, log, scratch)
    return rows.size


@compiled()
def read_log(share: Whole, log: Log, terms: Terms, candidates: Candidates) -> None:
    """Add to the rows of one share what a log has noted for them, and empty that part of it."""
    log_rows, log_others, log_values, n_logged = log
    others, values, sizes, bars, _k, room, first_row = candidates
    factors, mask = terms.factors, terms.mask
    n = n_logged[share]
    for place in range(n):
        ahead = log_rows[share, min(place + 8, n - 1)] - first_row
        _prefetch(others, ahead * room + sizes[ahead])
        _prefetch(values, ahead * room + sizes[ahead])
        row = np.int64(log_rows[share, place])
        other, value = log_others[share, place], log_values[share, place]
        slot = row - first_row
        size: Whole = np.int64(sizes[slot])
        others[slot * room + size] = other
        values[slot * room + size] = value
        size += np.float32(value & mask) * factors[other] >= bars[row]
        if size == room:
            size = _raise_bar(row, terms, candidates)
        sizes[slot] = size
    n_logged[share] = 0


@compiled()
def take_known(
    rows: Integers,
    others: Integers,
    ranks: Integers,
    values: Integers,
    complete: Flags,
    first_worked_out: Whole,
    known: Known,
    terms: Terms,
    candidates: Candidates,
) -> None:
    """Give rows the neighbours that are known, and set their bars; neighbours come in any order.

    Left out are neighbours from `first_worked_out` on: those are found again. What ranks behind the
    last known neighbour may be unknown, unless the list is complete: so that one sets the bar.
    """
    of_rows, of_values, sizes, bars, _k, room, first_row = candidates
    factors, mask = terms.factors, terms.mask
    last_known, last_ranks = known
    for i in range(rows.size):
        row, other, value = np.int64(rows[i]), np.int64(others[i]), values[i]
        if row >= first_worked_out:
            continue
        if complete[i]:
            bars[row] = 0
        elif ranks[i] > last_ranks[row]:
            last_ranks[row] = ranks[i]
            last_known[row] = other
            bars[row] = np.float32(value & mask) * factors[other] * SLACK
        if other >= first_worked_out:
            continue
        slot = row - first_row
        size: Whole = np.int64(sizes[slot])
        of_rows[slot * room + size] = other
        of_values[slot * room + size] = value
        size += 1
        if size == room:
            size = _raise_bar(row, terms, candidates)
        sizes[slot] = size


@compiled()
def ranked(
    rows: Integers, terms: Terms, last_known: Integers, candidates: Candidates
) -> tuple[Integers, Integers, Integers, Integers, Integers, Flags]:
    """Rank the neighbours of some rows, none behind the last known one of a row that has such.

    Returns the arrays of a `Block`, with codes.
    """
    all_others, all_values, sizes, _bars, k, room, first_row = candidates
    codes, shift, mask = terms.codes, terms.shift, terms.mask
    total = 0
    for row in rows:
        total += min(k, sizes[row - first_row])
    out_rows = np.empty(total, np.int32)
    out_others = np.empty(total, np.int32)
    out_ranks = np.empty(total, np.int32)
    out_dots = np.empty(total, np.int64)
    out_shared = np.empty(total, np.int32)
    out_complete = np.empty(total, np.bool_)
    out = 0
    for row in rows:
        base = np.int64(row - first_row) * room
        size = sizes[row - first_row]
        others, values = all_others[base : base + size], all_values[base : base + size]
        scores = _scores(np.int64(row), others, values, terms)
        _select(scores, others, values, codes, k)
        size = min(k, size)
        _sort(scores[:size], others, values, codes)
        last = last_known[row]
        complete = last < 0 and size < k
        for rank in range(size):
            out_rows[out] = codes[row]
            out_others[out] = codes[others[rank]]
            out_ranks[out] = rank + 1
            out_dots[out] = values[rank] & mask
            out_shared[out] = values[rank] >> shift
            out_complete[out] = complete
            out += 1
            if others[rank] == last:
                break
    return (
        out_rows[:out],
        out_others[:out],
        out_ranks[:out],
        out_dots[:out],
        out_shared[:out],
        out_complete[:out],
    )
