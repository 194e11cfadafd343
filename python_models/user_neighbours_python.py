"""The nearest users of each user, from the kernel."""

from also_bought.cuts import neighbours_by_cut


def model(dbt, session):
    """Find each user's nearest users at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    weights = dbt.ref("user_item_history").select("cut_key, user_key, item_key, weight")
    return neighbours_by_cut(
        weights.to_arrow_table(),
        rows="user_key",
        columns="item_key",
        k=meta["neighbours"],
        min_shared=meta["min_shared"],
        threads=meta["threads"],
    )
