"""What the two ways to the neighbours, by sorting and by scattering, have in common."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Whole = int | np.integer[Any]
Integers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Report = Callable[[str], object]
# Lists of neighbours from an earlier call: read as often as it is called.
Lists = Callable[[], Iterable[pa.RecordBatch]]

PAIRS_AT_ONCE = 1 << 19
_SECONDS_BETWEEN_LINES = 10


class OverBudgetError(ValueError):
    """Work that needs more memory than it may have; `needed` is in bytes."""

    def __init__(self, parts: dict[str, int], budget: int) -> None:
        self.needed = sum(parts.values())
        figures = ", ".join(f"{size / 1e9:.2f} GB for {what}" for what, size in parts.items())
        super().__init__(
            f"Finding these neighbours needs at least {self.needed / 1e9:.2f} GB ({figures}) "
            f"and may have {budget / 1e9:.2f} GB."
        )


@dataclass
class Matrix:
    """The pairs with dense codes instead of keys, in the order of the keys."""

    rows: Integers
    columns: Integers
    counts: Integers
    n_rows: int
    n_columns: int

    @cached_property
    def held_by(self) -> Integers:
        """How many rows hold each column."""
        return counts_of(self.columns, self.n_columns)

    @cached_property
    def n_products(self) -> int:
        """How many multiplications all pairs of rows are, each row with itself and both ways."""
        return int((self.held_by**2).sum())

    @cached_property
    def held(self) -> Integers:
        """How many columns each row holds."""
        return counts_of(self.rows, self.n_rows)

    @cached_property
    def rounded_norms(self) -> Floats:
        """The squared norms in float64, whatever their size."""
        return sums_of(
            self.rows, self.n_rows, lambda part: self.counts[part].astype(np.float64) ** 2
        )

    @cached_property
    def most_shared(self) -> int:
        """As many columns as two rows can share, or more: what the second longest row holds."""
        return int(_two_largest(self.held)[0])

    @property
    def shared_bits(self) -> int:
        """Bits that hold what two rows share, and one column more."""
        return (self.most_shared + 1).bit_length()

    @cached_property
    def largest_dot(self) -> int:
        """As large as the dot product of two rows can be, or more (Cauchy-Schwarz)."""
        return int(np.sqrt(_two_largest(self.rounded_norms)).prod() * (1 + 1e-6)) + 1


class Ranking(NamedTuple):
    """What decides who is a neighbour, and in which order."""

    k: int
    min_shared: int
    # By code: whether the row may be another's neighbour.
    may_be_neighbour: Flags


class Block(NamedTuple):
    """Neighbours of some rows, as arrays of one length; rows and neighbours are codes or keys."""

    rows: Integers
    others: Integers
    ranks: Integers
    dots: NDArray[Any]
    shared: Integers
    # Whether the row has no other neighbours than those listed.
    complete: Flags


class TwiceError(Exception):
    """A pair that comes more than once, by its codes."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(row, column)
        self.row, self.column = row, column


class KnownLists:
    """Lists of neighbours from an earlier call, as codes instead of keys."""

    def __init__(self, batches: Lists, keys: Integers, k: int) -> None:
        self._batches, self._keys = batches, keys
        self._code_of_key = _table_of(keys)
        n_listed, is_complete = np.zeros(keys.size, np.int64), np.zeros(keys.size, bool)
        for block in self.read():
            n_listed += np.bincount(block.rows, minlength=keys.size)
            is_complete[block.rows] = block.complete
        # The rest has K neighbours left that come before whatever was not listed.
        self.is_too_short = (n_listed < k) & ~is_complete

    def read(self) -> Iterator[Block]:
        """Yield the lists, some rows at a time."""
        for batch in self._batches():
            rows, others, *rest = (column.to_numpy(zero_copy_only=False) for column in batch)
            yield Block(self._codes(rows), self._codes(others), *rest)

    def _codes(self, keys: Integers) -> Integers:
        if self._code_of_key is None:
            codes = np.searchsorted(self._keys, keys).astype(np.int32)
            is_missing = self._keys[np.minimum(codes, self._keys.size - 1)] != keys
        else:
            codes = self._code_of_key[np.minimum(keys, self._keys[-1])]
            is_missing = (codes < 0) | (keys > self._keys[-1])
        if is_missing.any():
            raise ValueError(f"known has the key {keys[is_missing][0]}, but row_keys have not.")
        return codes


class Progress:
    """Writes how far the work is: one line every ten seconds, and one at the end of those."""

    def __init__(self, n_rows: int, write: Report | None) -> None:
        self.n_rows, self.write = n_rows, write
        self.done = 0.0
        self.started = self.written = time.monotonic()

    def add(self, n_rows: float) -> None:
        """Count rows, or shares of them, as done, and write the line when it is time."""
        if not self.write:
            return
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


def dense(keys: Integers) -> tuple[Integers, Integers]:
    """Return the sorted distinct keys, and each key's position among them as int32."""
    if _fit_a_table(keys):
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
    distinct, inverse = np.unique(keys, return_inverse=True)
    return distinct, inverse.astype(np.int32)


def _fit_a_table(keys: Integers) -> bool:
    """Tell whether to use a table of all possible keys: many times as fast as sorting them."""
    return bool(keys.max() < 4 * keys.size + 1_000_000)


def _table_of(keys: Integers) -> NDArray[np.int32] | None:
    """Return each key's position among sorted distinct ones, or None where they are sparse."""
    if not _fit_a_table(keys):
        return None
    table = np.full(int(keys[-1]) + 1, -1, np.int32)
    table[keys] = np.arange(keys.size)
    return table


def _slices(n_pairs: int) -> Iterator[slice]:
    """Yield slices of the pairs: numpy's own copies of indices stay small."""
    for first in range(0, n_pairs, PAIRS_AT_ONCE):
        yield slice(first, first + PAIRS_AT_ONCE)


def counts_of(codes: Integers, n_codes: int) -> Integers:
    """Count the pairs of each code."""
    total = np.zeros(n_codes, np.int64)
    for part in _slices(codes.size):
        total += np.bincount(codes[part], minlength=n_codes)
    return total


def sums_of(codes: Integers, n_codes: int, weights_of: Callable[[slice], NDArray[Any]]) -> Floats:
    """Add up the weights of the pairs of each code, which are given slice by slice."""
    total = np.zeros(n_codes, np.float64)
    for part in _slices(codes.size):
        total += np.bincount(codes[part], weights_of(part), n_codes)
    return total


def _two_largest(values: NDArray[Any]) -> NDArray[Any]:
    """Return the two largest of some numbers, the larger last; 0 where there is only one."""
    return np.partition(np.append(values, 0), -2)[-2:]
