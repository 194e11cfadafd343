"""What other items say about some items, found again from the orders alone."""

from typing import Any

import duckdb
import pyarrow as pa

from also_bought.dbt_models.cuts import regression_by_cut


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Find all weights of some items at each past cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    return regression_by_cut(
        dbt.ref("also_bought", "recounted_purchases").select("cut_key, user_key, item_key"),
        n_items=meta["items"],
        k=meta["items"],
        n_predicted=meta["predicted"],
    )
