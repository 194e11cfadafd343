"""What the two ways to the neighbours, by sorting and by scattering, have in common."""

import time
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

PAIRS_AT_ONCE = 1 << 19
_SECONDS_BETWEEN_LINES = 10


class OverBudgetError(ValueError):
    """Work that needs more memory than it may have; `needed` and `budget` are bytes."""

    def __init__(self, parts, budget):
        self.needed, self.budget = sum(parts.values()), budget
        figures = ", ".join(f"{size / 1e9:.2f} GB for {what}" for what, size in parts.items())
        super().__init__(
            f"Finding these neighbours needs at least {self.needed / 1e9:.2f} GB ({figures}) "
            f"and may have {budget / 1e9:.2f} GB."
        )


@dataclass
class Matrix:
    """The pairs with dense codes instead of keys, in the order of the keys."""

    rows: np.ndarray
    columns: np.ndarray
    counts: np.ndarray
    n_rows: int
    n_columns: int

    @cached_property
    def held_by(self):
        """How many rows hold each column."""
        return sums(self.columns, self.n_columns)

    @cached_property
    def n_products(self):
        """How many multiplications all pairs of rows are, each row with itself and both ways."""
        return int((self.held_by**2).sum())

    @cached_property
    def held(self):
        """How many columns each row holds."""
        return sums(self.rows, self.n_rows)

    @cached_property
    def rounded_norms(self):
        """The squared norms in float64, whatever their size."""
        return sums(self.rows, self.n_rows, lambda part: self.counts[part].astype(float) ** 2)

    @cached_property
    def most_shared(self):
        """As many columns as two rows can share, or more: what the second longest row holds."""
        return int(_two_largest(self.held)[0])

    @property
    def shared_bits(self):
        """Bits that hold what two rows share, and one column more."""
        return (self.most_shared + 1).bit_length()

    @cached_property
    def largest_dot(self):
        """As large as the dot product of two rows can be, or more (Cauchy-Schwarz)."""
        return int(np.sqrt(_two_largest(self.rounded_norms)).prod() * (1 + 1e-6)) + 1


class Ranking(NamedTuple):
    """What decides who is a neighbour, and in which order."""

    k: int
    min_shared: int
    shrinkage: float
    asymmetry: float
    # By code: whether the row may be another's neighbour.
    may_be_neighbour: np.ndarray


class TwiceError(Exception):
    """A pair that comes more than once, by its codes."""

    def __init__(self, row, column):
        super().__init__(row, column)
        self.row, self.column = row, column


class KnownLists:
    """Lists of neighbours from an earlier call, as codes instead of keys."""

    def __init__(self, batches, keys, k):
        self._batches, self._keys = batches, keys
        self._code_of_key = _table_of(keys)
        n_listed, is_complete = np.zeros(keys.size, np.int64), np.zeros(keys.size, bool)
        for rows, _others, _ranks, _dots, _shared, complete in self.read():
            n_listed += np.bincount(rows, minlength=keys.size)
            is_complete[rows] = complete
        # The rest has K neighbours left that come before whatever was not listed.
        self.is_too_short = (n_listed < k) & ~is_complete

    def read(self):
        """Yield arrays: rows, neighbours, ranks, dot products, shared columns, is complete."""
        for batch in self._batches():
            rows, others, *rest = (column.to_numpy(zero_copy_only=False) for column in batch)
            yield self._codes(rows), self._codes(others), *rest

    def _codes(self, keys):
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

    def __init__(self, n_rows, write):
        self.n_rows, self.write = n_rows, write
        self.done = 0
        self.started = self.written = time.monotonic()

    def add(self, n_rows):
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


def dense(keys):
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
    distinct, positions = np.unique(keys, return_inverse=True)
    return distinct, positions.astype(np.int32)


def _fit_a_table(keys):
    """Tell whether to use a table of all possible keys: many times as fast as sorting them."""
    return keys.max() < 4 * keys.size + 1_000_000


def _table_of(keys):
    """Return each key's position among sorted distinct ones, or None where they are sparse."""
    if not _fit_a_table(keys):
        return None
    table = np.full(int(keys[-1]) + 1, -1, np.int32)
    table[keys] = np.arange(keys.size)
    return table


def _slices(n_pairs):
    """Yield slices of the pairs: numpy's own copies of indices stay small."""
    for first in range(0, n_pairs, PAIRS_AT_ONCE):
        yield slice(first, first + PAIRS_AT_ONCE)


def sums(codes, n_codes, weights_of=None):
    """Count the pairs of each code, or add up their weights, given slice by slice."""
    total = np.zeros(n_codes, np.float64 if weights_of else np.int64)
    for part in _slices(codes.size):
        total += np.bincount(codes[part], weights_of and weights_of(part), n_codes)
    return total


def _two_largest(values):
    """Return the two largest of some numbers, the larger last; 0 where there is only one."""
    return np.partition(np.append(values, 0), -2)[-2:]


def divisors(norms, asymmetry):
    """Return each row's part in the divisor, as row and as neighbour, and if a root is due.

    The cosine is kept apart from the general form because a root of the product is what SQL
    computes; powers of the parts would differ from it in the last bit.
    """
    norms = norms.astype(np.float64)
    if asymmetry == 0.5:
        return norms, norms, True
    return norms**asymmetry, norms ** (1 - asymmetry), False
