"""The nearest users of each user, from the kernel."""

from typing import Any

import duckdb
import pyarrow as pa
from dbt.flags import get_flags

from also_bought.dbt_models.cuts import neighbours_by_cut
from also_bought.dbt_models.refresh import Refresh, earlier_neighbours


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Find each user's nearest users at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    history = dbt.ref("also_bought", "user_item_counts_by_cut")
    fingerprints = dbt.ref("also_bought", "user_fingerprints")
    refresh = None
    if meta["spare_neighbours"]:
        earlier = None if get_flags().FULL_REFRESH else earlier_neighbours(session, dbt.this)
        refresh = Refresh(fingerprints, earlier, spare=meta["spare_neighbours"])
    return neighbours_by_cut(
        history.select("cut_key, user_key, item_key, user_weight"),
        k=meta["neighbours"],
        min_shared=meta["min_shared"],
        threads=meta["threads"],
        memory_budget=meta["memory_budget_mb"] * 1_000_000,
        max_products=meta["max_billion_products"] * 1_000_000_000,
        refresh=refresh,
    )
