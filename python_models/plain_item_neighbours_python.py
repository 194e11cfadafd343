"""The nearest items of each item where every buyer counts alike, from the kernel."""

from typing import Any

import duckdb
import pyarrow as pa

from also_bought.dbt_models.cuts import neighbours_by_cut


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Find each item's nearest items at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    return neighbours_by_cut(
        dbt.ref("also_bought", "item_buyers"),
        eligible=dbt.ref("also_bought", "eligible_items"),
        k=meta["neighbours"],
        min_shared=meta["min_shared"],
        threads=meta["threads"],
        memory_budget=meta["memory_budget_mb"] * 1_000_000,
    )
