"""In which order, in how many passes and with how much memory the compiled kernel works."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from also_bought.kernel.matrix import (
    PAIRS_AT_ONCE,
    Integers,
    KnownLists,
    Matrix,
    OverBudgetError,
    Ranking,
    sums_of,
)

# A tile has as many rows as 16 bits can name.
TILE_BITS = 16
TILE = 1 << TILE_BITS
NOTES_AT_ONCE = 1 << 17
NEIGHBOURS_AT_ONCE = 1 << 18
_FEWEST_ROWS_OF_PASS = 4096


class Work(NamedTuple):
    """What decides how much memory the kernel needs."""

    n_pairs: int
    n_rows: int
    n_columns: int
    k: int
    threads: int
    is_wide: bool
    value_bytes: int

    def memory(self, n_listed: int, n_tiles: int) -> dict[str, int]:
        """Return what so many rows, listed at a time, need: bytes by what they are for."""
        shares = shares_of_log(self.threads)
        log_size = n_listed // shares + NOTES_AT_ONCE
        block = min(max(self.k, NEIGHBOURS_AT_ONCE), self.k * self.n_rows)
        return {
            f"{self.n_pairs:,} pairs": (
                self.n_pairs * (28 if self.is_wide else 16)
                + 8 * n_tiles * self.n_columns
                + 40 * self.n_columns
                + 64 * (n_tiles << TILE_BITS)
                + 24 * min(self.n_pairs, PAIRS_AT_ONCE)
            ),
            f"{self.k:,} neighbours of {n_listed:,} rows": (
                n_listed * (room_for(self.k) * (4 + self.value_bytes) + 12)
            ),
            f"{self.threads} threads": (
                self.threads * (shares * log_size * (8 + self.value_bytes) + 50 * block + 32 * TILE)
            ),
        }


def fewest_passes(work: Work, budget: int) -> int:
    """Return in how few passes the work fits the budget, or say that it does not in any number."""
    tried = []
    for n_passes in range(1, -(-work.n_rows // _FEWEST_ROWS_OF_PASS) + 1):
        rows_of_pass = -(-work.n_rows // n_passes)
        tried.append(work.memory(rows_of_pass, n_passes * _tiles(rows_of_pass)))
        if sum(tried[-1].values()) <= budget:
            return n_passes
    raise OverBudgetError(min(tried, key=lambda parts: sum(parts.values())), budget)


class Pass(NamedTuple):
    """The numbers of the rows whose neighbours are found together; its tiles are all its own.

    From `first_listed` on there are rows that are listed with them, as they may be neighbours.
    """

    first: int
    first_tile: int
    sample_tile: int
    end: int
    first_listed: int
    is_worked_out: bool = True

    def work(
        self, n_rows: int, n_tiles: int
    ) -> Iterator[tuple[NDArray[np.int32], tuple[int, int], float]]:
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


class Plan(NamedTuple):
    """Numbers for the rows, and the passes in which their neighbours are found."""

    # By number: the row's code; 0 where no row has the number.
    codes: NDArray[np.int32]
    passes: list[Pass]


def planned(
    matrix: Matrix, ranking: Ranking, known: KnownLists | None, work: Work, memory_budget: int
) -> Plan:
    """Give the rows numbers, and say in which passes their neighbours are found.

    Pairs of two rows that may be no neighbours need not be worked out, nor those of two rows whose
    lists are known. Where there is room for all lists, and it is less work, such rows come first,
    and the others are the one pass.
    """
    codes = np.arange(matrix.n_rows, dtype=np.int32)
    is_worked_out = known.is_too_short if known else ranking.may_be_neighbour
    worked_out, listed = codes[is_worked_out], codes[~is_worked_out]
    if listed.size:
        products = sums_of(
            matrix.rows, matrix.n_rows, lambda part: matrix.held_by[matrix.columns[part]]
        )
        n_tiles = _tiles(worked_out.size) + _tiles(listed.size)
        fits = sum(work.memory(matrix.n_rows, n_tiles).values()) <= memory_budget
        # Every pair of these rows is worked out, and of all rows each pair once, not twice.
        if fits and products[worked_out].sum() < matrix.n_products / 4:
            codes, (first, last) = _numbered(matrix.held, [listed, worked_out])
            listed_only = first._replace(is_worked_out=False)
            return Plan(codes, [listed_only, last._replace(first_listed=first.first)])
    n_passes = fewest_passes(work, memory_budget)
    limits = np.linspace(0, matrix.n_rows, n_passes + 1).astype(int)
    return _numbered(matrix.held, [codes[low:high] for low, high in pairwise(limits)])


def _numbered(held: Integers, parts: list[NDArray[np.int32]]) -> Plan:
    """Give the rows of each part, codes in order, numbers by falling number of columns.

    Of each part an even sample comes last, in a tile of its own; the tiles before are full from the
    second on. There is a pass for each part.
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
        passes.append(Pass(first, n_tiles, sample_tile, end, first_listed=first))
        codes_of_part = np.zeros((sample_tile + 1 - n_tiles) << TILE_BITS, np.int32)
        place = first - (n_tiles << TILE_BITS)
        codes_of_part[place : place + part.size] = part[np.append(others, sample)]
        codes.append(codes_of_part)
        n_tiles = sample_tile + 1
    return Plan(np.concatenate(codes), passes)


def _tiles(n_rows: int) -> int:
    """Return in how many tiles so many rows are numbered: the last is the sample's."""
    return 1 - (_sample_size(n_rows) - n_rows >> TILE_BITS)


def _sample_size(n_rows: int) -> int:
    return min(-(-n_rows // 8), TILE)


def room_for(k: int) -> int:
    """Return for how many candidates each row has room."""
    return k + k // 2 + 16


def shares_of_log(threads: int) -> int:
    """Return in how many shares a log is kept: of each log, every thread reads its own."""
    return 1 << (threads - 1).bit_length()
