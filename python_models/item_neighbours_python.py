"""The nearest items of each item, from the kernel."""

from also_bought.cuts import neighbours_by_cut


def model(dbt, session):
    """Find each item's nearest items at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    weights = dbt.ref("user_item_history").select("cut_key, user_key, item_key, weight")
    return neighbours_by_cut(
        weights.to_arrow_table(),
        rows="item_key",
        columns="user_key",
        k=meta["neighbours"],
        min_shared=meta["min_shared"],
        threads=meta["threads"],
    )
