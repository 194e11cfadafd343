"""The kernels applied at each cut, for the dbt Python models.

Every table that comes in has `cut_key` as its first column, and after it, by position, the integer
columns that the kernel takes.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from also_bought.neighbours import NEIGHBOUR_SCHEMA, cosine_neighbours
from also_bought.votes import VOTE_SCHEMA, strongest_votes


def neighbours_by_cut(weights, **options):
    """Find the neighbours within each cut.

    Parameters
    ----------
    weights : pyarrow.Table
        Cut, row key, column key and weight: one row per cut, row and column.
    **options
        Passed to `cosine_neighbours`.

    Returns
    -------
    pyarrow.Table
        `cut_key` and the columns of `NEIGHBOUR_SCHEMA`, sorted by cut, row key and rank.
    """
    return _at_each_cut(
        NEIGHBOUR_SCHEMA, lambda pairs: cosine_neighbours(*pairs, **options), weights
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


def _at_each_cut(schema, kernel, *tables):
    cut_field = pa.field("cut_key", pa.int32(), nullable=False)
    results = [schema.insert(0, cut_field).empty_table()]
    for cut_key in np.unique(tables[0]["cut_key"].to_numpy()):
        at_cut = [table.filter(pc.equal(table["cut_key"], cut_key)) for table in tables]
        result = kernel(*([column.to_numpy() for column in table.columns[1:]] for table in at_cut))
        cut_keys = pa.array(np.full(result.num_rows, cut_key, dtype=np.int32))
        results.append(result.add_column(0, cut_field, cut_keys))
    return pa.concat_tables(results)
