"""The inputs of the neighbour benchmark: two real shops and synthetic ones, as integer arrays.

Every loader returns `(users, items, counts)`: one entry per pair, counts of 1 or more.
"""

import os
from pathlib import Path

import duckdb
import numpy as np


def complete_journey():
    """Load the grocery shop: households, products, days on which the product was bought."""
    return _pairs(
        """
        select distinct household_id as shopper, product_id as item,
            cast(transaction_timestamp as date) as day
        from '{folder}/complete_journey_2017/transactions.parquet'
        join '{folder}/complete_journey_2017/products.parquet' using (product_id)
        where quantity > 0
            and department not in ('FUEL', 'MISCELLANEOUS', 'COUPON')
            and coalesce(product_category, '') <> 'COUPON/MISC ITEMS'
        """
    )


def online_retail():
    """Load the gift shop: customers, stock codes, days on which the code was bought."""
    return _pairs(
        """
        select distinct CustomerID as shopper, upper(trim(StockCode)) as item,
            split_part(InvoiceDate, ' ', 1) as day
        from '{folder}/online_retail_2010_2011/online_retail.parquet'
        where CustomerID is not null and InvoiceNo not like 'C%'
            and try_cast(Quantity as bigint) > 0 and try_cast(UnitPrice as double) > 0
            and regexp_matches(StockCode, '^[0-9]{{5}}')
        """
    )


def _pairs(visits_sql):
    """Count the days per shopper and item; keys are dense, in the order of the shop's own ids."""
    folder = os.environ.get("ALSO_BOUGHT_DATA")
    if not folder or not Path(folder).is_dir():
        raise FileNotFoundError("set ALSO_BOUGHT_DATA to the folder with the two shops' data")
    pairs = duckdb.sql(
        f"""
        with visits as ({visits_sql.format(folder=folder)})
        select dense_rank() over (order by shopper) - 1 as u,
            dense_rank() over (order by item) - 1 as i, count(*) as n
        from visits group by shopper, item order by u, i
        """
    ).fetchnumpy()
    return pairs["u"], pairs["i"], pairs["n"]


def synthetic_shop(n_users, n_items, n_pairs, seed=1, n_tastes=50, taste_share=0.7):
    """Draw a shop whose users have tastes.

    User activity is lognormal (sigma 1), item popularity Zipf-Mandelbrot ``(rank + 20) ** -1``.
    Each user has two of the tastes; that share of the purchases goes to items of those tastes.
    Repeated purchases of an item are its count. Exactly `n_pairs` distinct pairs.
    """
    random = np.random.default_rng(seed)
    activity = np.cumsum(random.lognormal(0, 1, n_users))
    taste_of_user = random.integers(0, n_tastes, (n_users, 2), dtype=np.int32)
    # Items are numbered at random, so that keys say nothing about popularity.
    item_of_rank = random.permutation(n_items)
    popularity = np.cumsum((np.arange(n_items) + 20.0) ** -1)
    draws = np.empty(0, np.int64)
    distinct = np.empty(0, np.int64)
    while distinct.size < n_pairs:
        size = max(2 * (n_pairs - distinct.size), 100_000)
        user = np.searchsorted(activity, random.random(size) * activity[-1])
        rank = np.searchsorted(popularity, random.random(size) * popularity[-1])
        # Ranks of one taste are those of one remainder: every taste has top sellers.
        taste = taste_of_user[user, random.integers(0, 2, size)]
        of_taste = np.minimum(rank // n_tastes * n_tastes + taste, n_items - 1)
        rank = np.where(random.random(size) < taste_share, of_taste, rank)
        draws = np.concatenate([draws, user * n_items + item_of_rank[rank]])
        distinct = np.unique(draws)
    kept = np.sort(random.choice(distinct, n_pairs, replace=False))
    pairs, counts = np.unique(draws[np.isin(draws, kept)], return_counts=True)
    return pairs // n_items, pairs % n_items, counts
