"""Ask whether what looks similar is bought with new items: `run.py BUILD.duckdb`.

The build needs the var `also_bought__similar_items`. A tenth of the items that were first bought in
the second half of the orders are held out, with all their orders: nobody knows them but the
catalogue. Each order with one of them is a question: is one of the ten items that look most similar
among the other items of that order? Beside it are the ten top sellers of the item's category in the
28 days before its first order (of all items where it has no category). The interval resamples
customers.
"""

import argparse

import duckdb
import numpy as np
from scipy import sparse

RANKS, RESAMPLES = 10, 1000
LINES = """
    select distinct items.item_key - 1 as item, lines.customer_id, lines.order_id,
        date_diff('day', min(lines.ordered_at) over (), lines.ordered_at) as day
    from main_orders.order_lines as lines
    join main_interactions.items as items on lines.product_id = items.item_id
"""
FEATURES = """
    select items.item_key - 1 as item, features.feature_key - 1 as feature, features.weight
    from main_content.product_features as features
    join main_content.described_products as products using (product_key)
    join main_interactions.items as items on products.product_id = items.item_id
"""
CATEGORIES = """
    select coalesce(catalogue.category, '') as category
    from main_interactions.items as items
    join main_orders.catalogue as catalogue on items.item_id = catalogue.product_id
    order by items.item_key
"""


def nearest(features, item, allowed):
    """Return the ten allowed items with the highest cosine that share two features or more."""
    scores = (features @ features[item].T).toarray().ravel()
    shared = (features.sign() @ features[item].sign().T).toarray().ravel()
    scores[~allowed | (shared < 2)] = 0
    order = np.lexsort((np.arange(len(scores)), -scores))[:RANKS]
    return order[scores[order] > 0]


def main():
    """Print the share of orders in which either list names another item of the order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", help="the DuckDB file of a build")
    connection = duckdb.connect(parser.parse_args().database, read_only=True)
    lines = connection.sql(LINES).df()
    rows = connection.sql(FEATURES).fetchnumpy()
    categories = connection.sql(CATEGORIES).df()["category"].to_numpy()
    features = sparse.csr_matrix(
        (rows["weight"].astype(float), (rows["item"], rows["feature"])),
        (len(categories), rows["feature"].max() + 1),
    )
    lengths = np.sqrt(np.asarray(features.multiply(features).sum(axis=1)).ravel())
    features = sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1)) @ features)

    first_day = lines.groupby("item")["day"].min()
    launched = first_day.index[first_day > lines["day"].max() / 2].to_numpy()
    drawn = np.random.default_rng(1).permutation(launched)
    held_out = np.sort(drawn[: len(drawn) // 10])
    known = ~np.isin(np.arange(len(categories)), held_out)
    answers = []
    for item in held_out:
        before = lines[(lines["day"] < first_day[item]) & known[lines["item"]]]
        allowed = np.zeros(len(categories), bool)
        allowed[before["item"].unique()] = True
        similar = nearest(features, item, allowed)
        recent = before[before["day"] >= first_day[item] - 28]["item"]
        of_category = recent[categories[recent] == categories[item]]
        top_sellers = of_category.value_counts().sort_index().nlargest(RANKS).index
        orders = lines[lines["order_id"].isin(lines.loc[lines["item"] == item, "order_id"])]
        for (customer, _), others in orders[known[orders["item"]]].groupby(
            ["customer_id", "order_id"]
        )["item"]:
            answers.append(
                (customer, np.isin(similar, others).any(), np.isin(top_sellers, others).any())
            )
    customers, of_similar, of_top_sellers = (
        np.array(column) for column in zip(*answers, strict=True)
    )
    _, customer = np.unique(customers, return_inverse=True)
    difference = of_similar.astype(float) - of_top_sellers
    sums, counts = np.bincount(customer, difference), np.bincount(customer)
    draws = np.random.default_rng(1).integers(len(counts), size=(RESAMPLES, len(counts)))
    low, high = np.quantile(sums[draws].sum(axis=1) / counts[draws].sum(axis=1), [0.025, 0.975])
    print(
        f"{len(held_out)} of {len(launched)} launched items, {len(answers)} orders with others:"
        f" similar {of_similar.mean():.4f}, top sellers of the category"
        f" {of_top_sellers.mean():.4f}, difference {difference.mean():+.4f}"
        f" ({low:+.4f} to {high:+.4f})"
    )


if __name__ == "__main__":
    main()
