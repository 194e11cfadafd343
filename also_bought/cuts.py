"""The kernels applied at each cut, for the dbt Python models.

Every table that comes in has `cut_key` as its first column, and after it, by position, the integer
columns that the kernel takes.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from dbt_common.events.base_types import EventLevel
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

from also_bought.neighbours import NEIGHBOUR_SCHEMA, cosine_neighbours
from also_bought.regression import REGRESSION_SCHEMA, item_regression
from also_bought.votes import VOTE_SCHEMA, strongest_votes


def neighbours_by_cut(weights, *, max_products=None, **options):
    """Find the neighbours within each cut; says in dbt's log how much work it is and how far.

    Parameters
    ----------
    weights : pyarrow.Table
        Cut, row key, column key and weight: one row per cut, row and column.
    max_products : int, optional
        Where the cuts together need more multiplications than this, no neighbours are looked for
        at any cut. One takes about a nanosecond, or two where rows have few columns.
    **options
        Passed to `cosine_neighbours`.

    Returns
    -------
    pyarrow.Table
        `cut_key` and the columns of `NEIGHBOUR_SCHEMA`, sorted by cut, row key and rank.
    """
    n_products = _pairs_within_groups(weights, ["cut_key", weights.column_names[2]])
    _log(f"neighbours: {n_products:,} multiplications for {weights.num_rows:,} pairs")
    if max_products is not None and n_products > max_products:
        _log(f"neighbours: none are looked for, {max_products:,} multiplications are the limit")
        weights = weights.slice(0, 0)
    return _at_each_cut(
        NEIGHBOUR_SCHEMA,
        lambda pairs: cosine_neighbours(*pairs, progress=_log, **options),
        weights,
    )


def regression_by_cut(purchases, **options):
    """Find the weights between items within each cut.

    Parameters
    ----------
    purchases : pyarrow.Table
        Cut, user key and item key: one row per cut, user and item.
    **options
        Passed to `item_regression`.

    Returns
    -------
    pyarrow.Table
        `cut_key` and the columns of `REGRESSION_SCHEMA`, sorted by cut, item and predictor.
    """
    return _at_each_cut(
        REGRESSION_SCHEMA, lambda pairs: item_regression(*pairs, **options), purchases
    )


def votes_by_cut(voters, ballots, owned, **options):
    """Sum the votes within each cut.

    Parameters
    ----------
    voters, ballots, owned : pyarrow.Table
        Cut, and the arrays that `strongest_votes` takes.
    **options
        Passed to `strongest_votes`.

    Returns
    -------
    pyarrow.Table
        `cut_key` and the columns of `VOTE_SCHEMA`, sorted by cut, user and item.
    """
    return _at_each_cut(
        VOTE_SCHEMA,
        lambda *tables: strongest_votes(*tables, **options),
        voters,
        ballots,
        owned,
    )


def _pairs_within_groups(table, keys):
    """Count the pairs of different rows that are alike in the keys."""
    sizes = table.group_by(keys).aggregate([([], "count_all")])["count_all"].to_numpy()
    return int((sizes * (sizes - 1) // 2).sum())


def _log(line):
    """Write a line to dbt's log."""
    fire_event(Note(msg=line), level=EventLevel.INFO)


def _at_each_cut(schema, kernel, *tables):
    cut_field = pa.field("cut_key", pa.int32(), nullable=False)
    results = [schema.insert(0, cut_field).empty_table()]
    cut_keys = np.unique(tables[0]["cut_key"].to_numpy())
    for cut_key in cut_keys:
        # A filter copies the table, which is large where there is production only.
        at_cut = [
            table.filter(pc.equal(table["cut_key"], cut_key)) if cut_keys.size > 1 else table
            for table in tables
        ]
        result = kernel(*([column.to_numpy() for column in table.columns[1:]] for table in at_cut))
        at_each = pa.array(np.full(result.num_rows, cut_key, dtype=np.int32))
        results.append(result.add_column(0, cut_field, at_each))
    return pa.concat_tables(results)
