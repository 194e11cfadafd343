"""What each item says about the others, from the kernel."""

from typing import Any

import duckdb
import pyarrow as pa

from also_bought.dbt_models.cuts import regression_by_cut


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Regress the most bought items on each other at each cut; the vars say how many."""
    meta = dbt.config.get("meta")
    return regression_by_cut(
        dbt.ref("also_bought", "user_item_counts_by_cut").select("cut_key, user_key, item_key"),
        n_items=meta["items"],
        k=meta["weights"],
    )
