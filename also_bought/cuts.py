"""Neighbours at each cut, for the dbt Python models."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from also_bought.neighbours import NEIGHBOUR_SCHEMA, cosine_neighbours

NEIGHBOURS_BY_CUT_SCHEMA = NEIGHBOUR_SCHEMA.insert(
    0, pa.field("cut_key", pa.int32(), nullable=False)
)


def neighbours_by_cut(weights, *, rows, columns, **options):
    """Find the neighbours within each cut of a table of weights.

    Parameters
    ----------
    weights : pyarrow.Table
        One row per cut, row and column: integer columns `cut_key`, `weight` and the two named.
    rows, columns : str
        The key whose neighbours are wanted, and the key they have in common.
    **options
        Passed to `cosine_neighbours`.

    Returns
    -------
    pyarrow.Table
        `NEIGHBOURS_BY_CUT_SCHEMA`, sorted by cut, row key and rank.
    """
    neighbours = [NEIGHBOURS_BY_CUT_SCHEMA.empty_table()]
    for cut_key in np.unique(weights["cut_key"].to_numpy()):
        at_cut = weights.filter(pc.equal(weights["cut_key"], cut_key))
        found = cosine_neighbours(at_cut[rows], at_cut[columns], at_cut["weight"], **options)
        cut_keys = pa.array(np.full(found.num_rows, cut_key, dtype=np.int32))
        neighbours.append(found.add_column(0, NEIGHBOURS_BY_CUT_SCHEMA.field(0), cut_keys))
    return pa.concat_tables(neighbours)
