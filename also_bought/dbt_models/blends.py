"""Blends learned from what users bought after the cuts before."""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from also_bought.kernel.blends import learned_blend

LEARNED_SCHEMA = pa.schema(
    [
        pa.field("cut_key", pa.int32(), nullable=False),
        pa.field("list", pa.string(), nullable=False),
        pa.field("learned_from_cut", pa.int32(), nullable=False),
        pa.field("signal", pa.string(), nullable=False),
        pa.field("weight", pa.float64(), nullable=False),
    ]
)
_KEYS = ["cut_key", "list", "user_key", "item_key", "is_target", "row_weight"]
_PRODUCTION, _REPORTED = 0, 1


def learned_weights(candidates: duckdb.DuckDBPyRelation, *, signed: list[str]) -> pa.Table:
    """Learn a blend for each list and cut from the trial cuts before it.

    Production has the blend of the reported cut, so that what is measured is what is published.

    Parameters
    ----------
    candidates : duckdb.DuckDBPyRelation
        `_KEYS`, then the signals: one row per trial cut, list, user and item. A higher cut key
        is an earlier cut.
    signed : list of str
        The signals that may speak against an item.

    Returns
    -------
    pyarrow.Table
        `LEARNED_SCHEMA`, sorted by cut, list and signal as they come: one row per signal of each
        cut and list for which something could be learned. `learned_from_cut` is the latest cut
        whose purchases were read for it.
    """
    rows = candidates.order("list, cut_key, user_key, item_key").to_arrow_table()
    names = [name for name in rows.column_names if name not in _KEYS]
    may_be_negative = np.isin(names, signed)
    learned = []
    for list_name in sorted(pc.unique(rows["list"]).to_pylist()):
        of_list = rows.filter(pc.equal(rows["list"], list_name))
        cuts = of_list["cut_key"].to_numpy()
        for cut in (_REPORTED, *np.unique(cuts)):
            earlier = cuts > cut
            if not earlier.any():
                continue
            read = of_list.filter(pa.array(earlier))
            weights = learned_blend(
                np.column_stack([read[name].to_numpy() for name in names]),
                read["is_target"].to_numpy(),
                read["row_weight"].to_numpy(),
                may_be_negative,
            )
            if weights is None:
                continue
            latest = pc.min(read["cut_key"]).as_py()
            for used_at in (_PRODUCTION, _REPORTED) if cut == _REPORTED else (cut,):
                learned += [
                    (used_at, list_name, latest, name, weight)
                    for name, weight in zip(names, weights, strict=True)
                ]
    learned.sort(key=lambda row: row[:2])
    return pa.Table.from_pylist(
        [dict(zip(LEARNED_SCHEMA.names, row, strict=True)) for row in learned],
        schema=LEARNED_SCHEMA,
    )
