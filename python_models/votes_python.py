"""What the voters of each signal propose to each user, from the kernel."""

from typing import Any

import duckdb
import pyarrow as pa

from also_bought.dbt_models.cuts import votes_by_cut


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    """Sum the votes of each signal at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    return votes_by_cut(
        dbt.ref("also_bought", "voters").select("cut_key, signal, user_key, voter_key, strength"),
        dbt.ref("also_bought", "ballots").select("cut_key, signal, voter_key, item_key, strength"),
        dbt.ref("also_bought", "user_item_counts_by_cut").select("cut_key, user_key, item_key"),
        k=meta["candidates"],
        threads=meta["threads"],
    )
