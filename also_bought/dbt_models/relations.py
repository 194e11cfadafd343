"""DuckDB relations whose first column is the cut, read into arrays a cut at a time."""

from typing import Any

import duckdb


def arrays_at(
    relation: duckdb.DuckDBPyRelation, at_cut: int, keys: tuple[int, int] | None = None
) -> tuple[Any, ...]:
    """Read the columns after the cut, of one cut and of keys from one up to before another.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
        The cut first, then the keys.
    at_cut : int
    keys : tuple of int, optional
        The first key, and the one after the last; without it all are read.

    Returns
    -------
    tuple of numpy.ndarray
    """
    cut_key, first_key, *_ = relation.columns
    condition = f"{cut_key} = {at_cut}"
    if keys:
        condition += f" and {first_key} >= {keys[0]} and {first_key} < {keys[1]}"
    return tuple(relation.filter(condition).select(*relation.columns[1:]).fetchnumpy().values())
