"""Tables of two engines side by side: what is counted is equal, what is measured nearly."""

from collections.abc import Iterable
from decimal import Decimal

# A sum of decimals is made a float in other ways.
TOLERANCE = 1e-12
# Hashes of floats' text and of the code, of which each engine has a little of its own.
HASHES = {"evaluation_key", "code_hash", "previous_hash", "entry_hash", "evaluation_hash"}


def differences(columns: list[str], ours: Iterable[tuple], theirs: Iterable[tuple]) -> list[str]:
    """Return what differs between two tables, a line each; at most ten lines.

    Parameters
    ----------
    columns : list of str
        The names of the columns of both.
    ours, theirs : iterable of tuple
        The rows, in any order. Floats may differ by `TOLERANCE`, all else must be equal.
    """
    ours, theirs = (sorted(map(_comparable, rows), key=_order) for rows in (ours, theirs))
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows and {len(theirs)}"]
    found = (
        f"{column}: {mine!r} and {other!r}, in {our_row}"
        for our_row, their_row in zip(ours, theirs, strict=True)
        for column, mine, other in zip(columns, our_row, their_row, strict=True)
        if column not in HASHES and not _is_equal(mine, other)
    )
    return [line for line, _ in zip(found, range(10), strict=False)]


def _comparable(row: tuple) -> tuple:
    return tuple(float(value) if isinstance(value, Decimal) else value for value in row)


def _order(row: tuple) -> tuple:
    """Order rows by what must be equal, then by what nearly is."""
    exact = tuple("" if isinstance(value, float) else repr(value) for value in row)
    return exact, tuple(f"{value:.9f}" for value in row if isinstance(value, float))


def _is_equal(mine: object, other: object) -> bool:
    if isinstance(mine, float) and isinstance(other, float | int):
        return abs(mine - other) <= TOLERANCE
    return mine == other
