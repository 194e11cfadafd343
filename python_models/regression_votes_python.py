"""What the user's own items predict for each user, from the kernel."""

from also_bought.cuts import votes_by_cut


def model(dbt, session):
    """Sum what the user's own items predict at each cut; the parameters come from the vars."""
    meta = dbt.config.get("meta")
    return votes_by_cut(
        dbt.ref("also_bought", "regression_voters"),
        dbt.ref("also_bought", "regression_ballots"),
        dbt.ref("also_bought", "user_item_history").select("cut_key, user_key, item_key"),
        k=meta["candidates"],
        threads=meta["threads"],
    )
