"""Blends learned from the shop's own past, from the kernel."""

from typing import Any

import duckdb
import pyarrow as pa

from also_bought.dbt_models.blends import learned_weights


def model(dbt: Any, session: duckdb.DuckDBPyConnection) -> pa.Table:
    """Learn a blend of each list at each cut from the trial cuts before it."""
    meta = dbt.config.get("meta")
    candidates = dbt.ref("also_bought", "learning_candidates")
    return learned_weights(candidates, signed=meta["may_count_against"])
