"""The way to the neighbours by compiled loops: what they read, what they write, on which threads.

`plan` says in which passes; `compiled` has the loops.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from also_bought.kernel.matrix import (
    Block,
    Integers,
    KnownLists,
    Matrix,
    Progress,
    Ranking,
    Report,
    TwiceError,
)
from also_bought.kernel.plan import (
    NEIGHBOURS_AT_ONCE,
    NOTES_AT_ONCE,
    TILE,
    TILE_BITS,
    Pass,
    Plan,
    Work,
    planned,
    room_for,
    shares_of_log,
)

if TYPE_CHECKING:
    from also_bought.kernel.compiled import Candidates, Log, Scratch, Terms, TiledMatrix


def by_scattering(
    matrix: Matrix,
    ranking: Ranking,
    threads: int,
    memory_budget: int,
    progress: Report | None,
    known: KnownLists | None,
) -> tuple[pa.DataType, Iterator[Block]]:
    """Find neighbours, block after block, with the compiled kernel on several threads.

    Takes the pairs out of the matrix. Returns the type of the dot products, and an iterator of
    blocks.
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
    plan = planned(matrix, ranking, known, work, memory_budget)
    number_of_code = np.empty(matrix.n_rows, np.int32)
    for each in plan.passes:
        numbers = np.arange(each.first, each.end)
        number_of_code[plan.codes[each.first : each.end]] = numbers
    tiled, norms = _tiled(matrix, plan, packing, number_of_code)
    terms = _terms(matrix, ranking, plan, packing, tiled, norms)
    search = _Search(tiled, terms, packing, number_of_code, known, ranking.k, threads)
    passes = [each for each in plan.passes if each.is_worked_out]
    n_found = sum(each.end - each.first for each in passes)
    if known and progress:
        progress(f"neighbours: {n_found:,} of {matrix.n_rows:,} rows to find, the others are known")
    return pa.int64(), search.blocks(passes, Progress(n_found, progress))


class _Packing(NamedTuple):
    """How a dot product and the number of shared columns stand in one integer."""

    shift: int
    mask: int
    value_type: type[np.int32] | type[np.int64]
    is_wide: bool

    @classmethod
    def of(cls, matrix: Matrix) -> _Packing:
        """Return the packing that takes least room; a count of 1 counts what is shared itself."""
        shift = 0 if matrix.counts.max() == 1 else matrix.largest_dot.bit_length()
        return cls(
            shift=shift,
            mask=(1 << shift) - 1 if shift else -1,
            value_type=np.int32 if shift + matrix.shared_bits <= 31 else np.int64,
            is_wide=bool(matrix.counts.max() >= 1 << 16),
        )

    def packed(self, dots: Integers, shared: Integers) -> Integers:
        """Return dot products and numbers of shared columns as the kernel has them."""
        values = dots | (shared.astype(np.int64) << self.shift) if self.shift else dots
        return values.astype(self.value_type)


def _tiled(
    matrix: Matrix, plan: Plan, packing: _Packing, number_of_code: Integers
) -> tuple[TiledMatrix, Integers]:
    """Sort the pairs by number, and take them from the matrix; return the squared norms, too."""
    # Not at the top: loading numba takes longer than all of a small run.
    from also_bought.kernel import compiled

    n_pairs, n_numbers = matrix.rows.size, plan.codes.size
    count_type: type[np.integer[Any]] = np.int64 if packing.is_wide else np.uint16
    counts = matrix.counts.astype(count_type)
    row_starts, row_columns, row_counts, norms = compiled.sorted_by_row(
        matrix.rows, matrix.columns, counts, number_of_code, n_numbers
    )
    matrix.rows = matrix.columns = matrix.counts = counts = np.empty(0, np.int32)
    entry_type: type[np.integer[Any]] = np.uint64 if packing.is_wide else np.uint32
    entries = np.empty(n_pairs, entry_type)
    row_places, starts, twice = compiled.tiled(
        row_starts, row_columns, row_counts, matrix.n_columns, entries
    )
    if twice[0] >= 0:
        raise TwiceError(int(plan.codes[twice[0]]), twice[1])
    ends = np.full(n_numbers >> TILE_BITS, TILE)
    for each in plan.passes:
        ends[each.sample_tile] = each.end - (each.sample_tile << TILE_BITS)
    tiled = compiled.TiledMatrix(
        row_starts, row_columns, row_counts, row_places, starts, matrix.n_columns, entries, ends
    )
    return tiled, norms


def _terms(
    matrix: Matrix,
    ranking: Ranking,
    plan: Plan,
    packing: _Packing,
    tiled: TiledMatrix,
    norms: Integers,
) -> Terms:
    """Return what makes marks and scores of sums."""
    from also_bought.kernel import compiled

    held = np.maximum(np.diff(tiled.row_starts), 1)
    # The numbers that no row has divide by nothing.
    factors = (1 / np.maximum(np.sqrt(norms.astype(np.float64)), 1)).astype(np.float32)
    # Who may not be a neighbour has marks below 0, and so below every bar.
    factors[~ranking.may_be_neighbour[plan.codes]] = -1
    return compiled.Terms(
        codes=plan.codes,
        norms=norms.astype(np.float64),
        factors=factors,
        narrow=packing.shift + np.frexp(held)[1] <= 31,
        shift=packing.shift,
        mask=packing.mask,
        # No pair shares more, so a higher minimum would leave out all pairs, too; this one fits.
        min_shared=min(ranking.min_shared, matrix.most_shared + 1),
    )


class _Search:
    """The threads, each with its log and scratch, and the search of one pass after the other."""

    def __init__(
        self,
        tiled: TiledMatrix,
        terms: Terms,
        packing: _Packing,
        number_of_code: NDArray[np.int32],
        known: KnownLists | None,
        k: int,
        threads: int,
    ) -> None:
        from also_bought.kernel import compiled

        self.compiled, self.tiled, self.terms, self.packing = compiled, tiled, terms, packing
        self.number_of_code, self.known, self.k, self.threads = number_of_code, known, k, threads

    def blocks(self, passes: list[Pass], report: Progress) -> Iterator[Block]:
        """Yield the rows' neighbours, block after block, in the order of the codes."""
        most_listed = max(each.end - each.first_listed for each in passes)
        others = np.empty(most_listed * room_for(self.k), np.int32)
        values = np.empty(others.size, self.packing.value_type)
        logs, scratches = self._logs(most_listed), self._scratches()
        # Not fewer: each call of compiled code costs as much as some rows.
        rows_at_once = max(256, most_listed // self.threads // 64)
        block = max(1, NEIGHBOURS_AT_ONCE // self.k)
        with ThreadPoolExecutor(self.threads) as pool:
            for each in passes:
                candidates = self._no_candidates(each, others, values)
                last_known = self._take_known(each, candidates)
                self._find(each, candidates, logs, scratches, rows_at_once, pool, report)
                is_listed = (self.number_of_code >= each.first_listed) & (
                    self.number_of_code < each.end
                )
                numbers = self.number_of_code[is_listed]
                parts = [numbers[first : first + block] for first in range(0, numbers.size, block)]

                def ranked(
                    rows: Integers, found: Candidates = candidates, last: Integers = last_known
                ) -> Block:
                    return Block(*self.compiled.ranked(rows, self.terms, last, found))

                # So many at once as there are threads: a reader may be slower.
                for first in range(0, len(parts), self.threads):
                    yield from pool.map(ranked, parts[first : first + self.threads])

    def _logs(self, most_listed: int) -> list[Log]:
        """Return an empty log for each thread."""
        shares = shares_of_log(self.threads)
        shape = shares, most_listed // shares + NOTES_AT_ONCE
        return [
            self.compiled.Log(
                np.empty(shape, np.int32),
                np.empty(shape, np.int32),
                np.empty(shape, self.packing.value_type),
                np.zeros(shares, np.int64),
            )
            for _ in range(self.threads)
        ]

    def _scratches(self) -> list[Scratch]:
        """Return for each thread what it works with; the sums are zeros between rows."""
        return [
            self.compiled.Scratch(
                np.zeros(TILE, np.int32),
                np.zeros(TILE, self.packing.value_type),
                np.empty(TILE + self.compiled.GROUP, np.int64),
                np.empty(TILE + self.compiled.GROUP, np.int64),
            )
            for _ in range(self.threads)
        ]

    def _no_candidates(self, each: Pass, others: Integers, values: Integers) -> Candidates:
        """Return the empty rooms of a pass."""
        bars = np.full(self.terms.codes.size, np.inf, np.float32)
        bars[each.first if self.known else each.first_listed : each.end] = 0
        sizes = np.zeros(each.end - each.first_listed, np.int32)
        return self.compiled.Candidates(
            others, values, sizes, bars, self.k, room_for(self.k), each.first_listed
        )

    def _take_known(self, each: Pass, candidates: Candidates) -> Integers:
        """Fill the rooms with what is known; return for each row the last known neighbour, or -1.

        Only a row that has neighbours that are not known has a last one.
        """
        n_numbers = self.terms.codes.size
        lists = self.compiled.Known(np.full(n_numbers, -1, np.int32), np.zeros(n_numbers, np.int32))
        if self.known and each.first_listed < each.first:
            for block in self.known.read():
                self.compiled.take_known(
                    self.number_of_code[block.rows],
                    self.number_of_code[block.others],
                    block.ranks,
                    self.packing.packed(block.dots, block.shared),
                    block.complete,
                    each.first,
                    lists,
                    self.terms,
                    candidates,
                )
        return lists.last

    def _find(
        self,
        each: Pass,
        candidates: Candidates,
        logs: list[Log],
        scratches: list[Scratch],
        rows_at_once: int,
        pool: ThreadPoolExecutor,
        report: Progress,
    ) -> None:
        """Find the candidates of the rows of a pass."""

        def scan(rows: Integers, tiles: tuple[int, int], log: Log, scratch: Scratch) -> int:
            return self.compiled.scan_rows(
                rows[:rows_at_once],
                tiles,
                each.first_tile,
                self.tiled,
                self.terms,
                candidates,
                log,
                scratch,
            )

        def read(thread: int) -> None:
            for share in range(thread, logs[0].sizes.size, self.threads):
                for log in logs:
                    self.compiled.read_log(share, log, self.terms, candidates)

        # Compiled here, on nothing, and not by several threads at once.
        scan(np.empty(0, np.int32), (0, 0), logs[0], scratches[0])
        read(0)
        n_tiles = self.terms.codes.size >> TILE_BITS
        for rows, tiles, share_of_row in each.work(self.number_of_code.size, n_tiles):
            # Contiguous, or numba would compile everything once more for the shortest.
            left_over = [rows[thread :: self.threads].copy() for thread in range(self.threads)]
            while any(rows.size for rows in left_over):
                all_tiles = [tiles] * self.threads
                done = list(pool.map(scan, left_over, all_tiles, logs, scratches))
                list(pool.map(read, range(self.threads)))
                left_over = [rows[n:] for rows, n in zip(left_over, done, strict=True)]
                report.add(share_of_row * sum(done))
