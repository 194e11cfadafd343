"""The nearest items of each item among those that may be recommended, from the kernel."""

from typing import Any

import duckdb
import pyarrow as pa

from also_bought.dbt_models.cuts import neighbours_by_cut


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Find each item's nearest items at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    history = dbt.ref("also_bought", "user_item_counts_by_cut")
    return neighbours_by_cut(
        history.select("cut_key, item_key, user_key, item_weight"),
        eligible=dbt.ref("also_bought", "eligible_items"),
        k=meta["neighbours"],
        min_shared=meta["min_shared"],
        threads=meta["threads"],
        memory_budget=meta["memory_budget_mb"] * 1_000_000,
    )
