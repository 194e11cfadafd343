"""The way to the neighbours by the compiled kernel: numbers, passes, memory and threads."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from also_bought._matrix import PAIRS_AT_ONCE, OverBudgetError, Progress, TwiceError, divisors, sums

TILE_BITS = 16
_TILE = 1 << TILE_BITS
_NOTES_AT_ONCE = 1 << 17
_NEIGHBOURS_AT_ONCE = 1 << 18
_FEWEST_ROWS_OF_PASS = 4096


def by_scattering(matrix, ranking, threads, memory_budget, progress, known):
    """Find neighbours, block after block, with the compiled kernel on several threads.

    Returns the type of the dot products, and an iterator of blocks.
    """
    if matrix.rows.size >= 1 << 32:
        n_pairs = f"{matrix.rows.size:,}"
        raise ValueError(f"There are {n_pairs} pairs; the kernel takes less than {1 << 32:,}.")
    packing = _Packing.of(matrix)
    work = Work(
        matrix.rows.size,
        matrix.n_rows,
        matrix.n_columns,
        ranking.k,
        threads,
        packing.is_wide,
        np.dtype(packing.value_type).itemsize,
    )
    codes, passes = _planned(matrix, ranking, known, work, memory_budget)
    search = _Search(matrix, ranking, packing, codes, passes, threads, known)
    n_found = sum(each.end - each.first for each in search.passes)
    if known and progress:
        progress(f"neighbours: {n_found:,} of {matrix.n_rows:,} rows to find, the others are known")
    return pa.int64(), search.blocks(Progress(n_found, progress))


class _Packing(NamedTuple):
    """How a dot product and the number of shared columns stand in one integer."""

    shift: int
    mask: int
    value_type: type
    is_wide: bool

    @classmethod
    def of(cls, matrix):
        """Return the packing that takes least room; a count of 1 counts what is shared itself."""
        shift = 0 if matrix.counts.max() == 1 else matrix.largest_dot.bit_length()
        return cls(
            shift=shift,
            mask=(1 << shift) - 1 if shift else -1,
            value_type=np.int32 if shift + matrix.shared_bits <= 31 else np.int64,
            is_wide=matrix.counts.max() >= 1 << 16,
        )

    def packed(self, dots, shared):
        """Return dot products and numbers of shared columns as the kernel has them."""
        values = dots | (shared.astype(np.int64) << self.shift) if self.shift else dots
        return values.astype(self.value_type)


class _Search:
    """The matrix as the kernel reads it, and the room for what it finds."""

    def __init__(self, matrix, ranking, packing, codes, passes, threads, known):
        # Not at the top: loading numba takes longer than all of a small run.
        from also_bought import _scatter

        self.kernel = _scatter
        self.packing, self.threads, self.known, self.k = packing, threads, known, ranking.k
        self.passes = [each for each in passes if each.is_worked_out]
        self.number_of_code = np.empty(matrix.n_rows, np.int32)
        for each in passes:
            numbers = np.arange(each.first, each.end)
            self.number_of_code[codes[each.first : each.end]] = numbers
        # No pair shares more, so a higher minimum would leave out all pairs, too; this one fits.
        self.min_shared = min(ranking.min_shared, matrix.most_shared + 1)
        # A first bar is a mark that K pairs reach; shrinkage may rank those below others.
        self.seed_k = 0 if ranking.shrinkage else ranking.k
        norms = self._take_matrix(matrix, codes, passes)
        held = np.maximum(np.diff(self.matrix[0]), 1)
        self.narrow = packing.shift + np.frexp(held)[1] <= 31
        left, right, rooted = divisors(norms, ranking.asymmetry)
        # The numbers that no row has divide by nothing.
        factors = (1 / np.maximum(np.sqrt(right) if rooted else right, 1)).astype(np.float32)
        # Who may not be a neighbour has marks below 0, and so below every bar.
        factors[~ranking.may_be_neighbour[codes]] = -1
        # The most that a row's shrunk score can be is what it would get if all it holds were
        # shared.
        scales = ((held + ranking.shrinkage) / held).astype(np.float32)
        self.terms = (
            codes, left, right, factors, scales, rooted, ranking.shrinkage, packing.shift,
            packing.mask,
        )  # fmt: skip

        most_listed = max(each.end - each.first_listed for each in self.passes)
        # Not fewer: each call of compiled code costs as much as some rows.
        self.rows_at_once = max(256, most_listed // threads // 64)
        self.room = _room(ranking.k)
        self.others = np.empty(most_listed * self.room, np.int32)
        self.values = np.empty(most_listed * self.room, packing.value_type)
        self.shares = _shares(threads)
        log_size = most_listed // self.shares + _NOTES_AT_ONCE
        self.logs = [
            (
                np.empty((self.shares, log_size), np.int32),
                np.empty((self.shares, log_size), np.int32),
                np.empty((self.shares, log_size), packing.value_type),
                np.zeros(self.shares, np.int64),
            )
            for _ in range(threads)
        ]
        self.scratches = [
            (
                np.zeros(_TILE, np.int32),
                np.zeros(_TILE, packing.value_type),
                np.empty(_TILE + _scatter.GROUP, np.int64),
                np.empty(_TILE + _scatter.GROUP, np.int64),
            )
            for _ in range(threads)
        ]

    def _take_matrix(self, matrix, codes, passes):
        """Sort the pairs by number, and take them from the matrix; return the squared norms."""
        n_pairs, is_wide = matrix.rows.size, self.packing.is_wide
        counts = matrix.counts.astype(np.int64 if is_wide else np.uint16)
        row_starts, row_columns, row_counts, norms = self.kernel.sorted_by_row(
            matrix.rows, matrix.columns, counts, self.number_of_code, codes.size
        )
        matrix.rows = matrix.columns = matrix.counts = counts = None
        entries = np.empty(n_pairs, np.uint64 if is_wide else np.uint32)
        row_places, starts, twice = self.kernel.tiled(
            row_starts, row_columns, row_counts, matrix.n_columns, entries
        )
        if twice[0] >= 0:
            raise TwiceError(codes[twice[0]], twice[1])
        ends = np.full(codes.size >> TILE_BITS, _TILE)
        for each in passes:
            ends[each.sample_tile] = each.end - (each.sample_tile << TILE_BITS)
        self.matrix = (
            row_starts, row_columns, row_counts, row_places, starts, matrix.n_columns, entries, ends
        )  # fmt: skip
        return norms

    def blocks(self, report):
        """Yield the rows' neighbours, block after block, in the order of the codes."""
        block = max(1, _NEIGHBOURS_AT_ONCE // self.k)
        with ThreadPoolExecutor(self.threads) as pool:
            for each in self.passes:
                found = self._find(each, pool, report)
                is_listed = (self.number_of_code >= each.first_listed) & (
                    self.number_of_code < each.end
                )
                numbers = self.number_of_code[is_listed]
                parts = [numbers[first : first + block] for first in range(0, numbers.size, block)]
                # So many at once as there are threads: a reader may be slower.
                for first in range(0, len(parts), self.threads):
                    yield from pool.map(
                        lambda rows: self.kernel.ranked(rows, self.terms, *found),  # noqa: B023
                        parts[first : first + self.threads],
                    )

    def _find(self, each, pool, report):
        """Find the neighbours of the rows of a pass; return what the kernel's `ranked` reads."""
        n_numbers = self.narrow.size
        sizes = np.zeros(each.end - each.first_listed, np.int32)
        neighbours = (self.others, self.values, sizes, self.k, self.room, each.first_listed)
        bars = np.full(n_numbers, np.inf, np.float32)
        bars[each.first if self.known else each.first_listed : each.end] = 0
        # The last of the neighbours that were known, where there are others that are not.
        last_known = np.full(n_numbers, -1, np.int32)
        if self.known and each.first_listed < each.first:
            lists = (bars, last_known, np.zeros(n_numbers, np.int32))
            for rows, others, ranks, dots, shared, complete in self.known.read():
                self.kernel.take_known(
                    self.number_of_code[rows],
                    self.number_of_code[others],
                    ranks,
                    self.packing.packed(dots, shared),
                    complete,
                    each.first,
                    lists,
                    self.terms,
                    neighbours,
                )

        def scan(rows, tiles, log, scratch):
            return self.kernel.scan_rows(
                rows[: self.rows_at_once],
                tiles,
                each.first_tile,
                self.matrix,
                self.terms,
                self.narrow,
                self.min_shared,
                self.seed_k,
                neighbours,
                bars,
                log,
                scratch,
            )

        def read(thread):
            for share in range(thread, self.shares, self.threads):
                for log in self.logs:
                    self.kernel.read_log(share, log, self.terms, neighbours, bars)

        # Compiled here, on nothing, and not by several threads at once.
        scan(np.empty(0, np.int32), (0, 0), self.logs[0], self.scratches[0])
        read(0)
        n_tiles = n_numbers >> TILE_BITS
        for rows, tiles, share_of_row in each.work(self.number_of_code.size, n_tiles):
            # Contiguous, or numba would compile everything once more for the shortest.
            left_over = [rows[thread :: self.threads].copy() for thread in range(self.threads)]
            while any(rows.size for rows in left_over):
                all_tiles = [tiles] * self.threads
                done = list(pool.map(scan, left_over, all_tiles, self.logs, self.scratches))
                list(pool.map(read, range(self.threads)))
                left_over = [rows[n:] for rows, n in zip(left_over, done, strict=True)]
                report.add(share_of_row * sum(done))
        return last_known, neighbours


def _planned(matrix, ranking, known, work, memory_budget):
    """Give the rows numbers, and say in which passes their neighbours are found.

    Pairs of two rows that may be no neighbours need not be worked out, nor those of two rows whose
    lists are known. Where there is room for all lists, and it is less work, such rows come first,
    and the others are the one pass. Returns what `_numbered` does.
    """
    codes = np.arange(matrix.n_rows, dtype=np.int32)
    is_worked_out = known.is_too_short if known else ranking.may_be_neighbour
    worked_out, listed = codes[is_worked_out], codes[~is_worked_out]
    if listed.size:
        products = sums(
            matrix.rows, matrix.n_rows, lambda part: matrix.held_by[matrix.columns[part]]
        )
        n_tiles = _tiles(worked_out.size) + _tiles(listed.size)
        fits = sum(work.memory(matrix.n_rows, n_tiles).values()) <= memory_budget
        # Every pair of these rows is worked out, and of all rows each pair once, not twice.
        if fits and products[worked_out].sum() < matrix.n_products / 4:
            codes, (first, last) = _numbered(matrix.held, [listed, worked_out])
            return codes, [
                first._replace(is_worked_out=False),
                last._replace(first_listed=first.first),
            ]
    n_passes = fewest_passes(work, memory_budget)
    limits = np.linspace(0, matrix.n_rows, n_passes + 1).astype(int)
    return _numbered(matrix.held, [codes[low:high] for low, high in pairwise(limits)])


class _Pass(NamedTuple):
    """The numbers of the rows whose neighbours are found together; its tiles are all its own.

    From `first_listed` on there are rows that are listed with them, as they may be neighbours.
    """

    first: int
    first_tile: int
    sample_tile: int
    end: int
    first_listed: int
    is_worked_out: bool = True

    def work(self, n_rows, n_tiles):
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
        share_of_all = (self.end - self.first) / n_rows
        within = share_of_all / (2 - share_of_all)
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


def _numbered(held, parts):
    """Give the rows of each part, codes in order, numbers by falling number of columns.

    Of each part an even sample comes last, in a tile of its own; the tiles before are full from the
    second on. Returns the codes in the order of the numbers (0 where a tile has none) and a pass
    for each part.
    """
    codes, passes, n_tiles = [], [], 0
    for part in parts:
        by_weight = np.argsort(-held[part], kind="stable").astype(np.int32)
        in_sample = np.zeros(by_weight.size, bool)
        n_sample = _sample_size(by_weight.size)
        in_sample[np.linspace(0, by_weight.size - 1, n_sample).astype(int)] = True
        others, sample = by_weight[~in_sample[by_weight]], by_weight[in_sample[by_weight]]
        sample_tile = n_tiles + _tiles(part.size) - 1
        first = (sample_tile << TILE_BITS) - others.size
        end = (sample_tile << TILE_BITS) + sample.size
        passes.append(_Pass(first, n_tiles, sample_tile, end, first_listed=first))
        codes_of_part = np.zeros((sample_tile + 1 - n_tiles) << TILE_BITS, np.int32)
        place = first - (n_tiles << TILE_BITS)
        codes_of_part[place : place + part.size] = part[np.append(others, sample)]
        codes.append(codes_of_part)
        n_tiles = sample_tile + 1
    return np.concatenate(codes), passes


def _tiles(n_rows):
    """Return in how many tiles so many rows are numbered: the last is the sample's."""
    return 1 - (_sample_size(n_rows) - n_rows >> TILE_BITS)


def _sample_size(n_rows):
    return min(-(-n_rows // 8), _TILE)


def _room(k):
    """Return for how many candidates each row has room."""
    return k + k // 2 + 16


def _shares(threads):
    """Return in how many shares a log is kept: of each log, every thread reads its own."""
    return 1 << (threads - 1).bit_length()


class Work(NamedTuple):
    """What decides how much memory the kernel needs."""

    n_pairs: int
    n_rows: int
    n_columns: int
    k: int
    threads: int
    is_wide: bool
    value_bytes: int

    def memory(self, n_listed, n_tiles):
        """Return what so many rows, listed at a time, need: bytes by what they are for."""
        shares = _shares(self.threads)
        log_size = n_listed // shares + _NOTES_AT_ONCE
        block = min(max(self.k, _NEIGHBOURS_AT_ONCE), self.k * self.n_rows)
        return {
            f"{self.n_pairs:,} pairs": (
                self.n_pairs * (28 if self.is_wide else 16)
                + 8 * n_tiles * self.n_columns
                + 40 * self.n_columns
                + 64 * (n_tiles << TILE_BITS)
                + 24 * min(self.n_pairs, PAIRS_AT_ONCE)
            ),
            f"{self.k:,} neighbours of {n_listed:,} rows": (
                n_listed * (_room(self.k) * (4 + self.value_bytes) + 12)
            ),
            f"{self.threads} threads": (
                self.threads
                * (shares * log_size * (8 + self.value_bytes) + 50 * block + 32 * _TILE)
            ),
        }


def fewest_passes(work, budget):
    """Return in how few passes the work fits the budget, or say that it does not in any number."""
    leanest = None
    for n_passes in range(1, -(-work.n_rows // _FEWEST_ROWS_OF_PASS) + 1):
        rows_of_pass = -(-work.n_rows // n_passes)
        parts = work.memory(rows_of_pass, n_passes * _tiles(rows_of_pass))
        if sum(parts.values()) <= budget:
            return n_passes
        if leanest is None or sum(parts.values()) < sum(leanest.values()):
            leanest = parts
    raise OverBudgetError(leanest, budget)
