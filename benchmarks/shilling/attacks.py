"""Invented accounts against the "also bought" lists of a built shop, in numpy alone.

The lists are found again with the accounts added: no build per attack, so thousands are cheap. It
shares no code with the project; `Shop.check` holds it against the lists that the build made.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

RANKS = 10
NEIGHBOURS = 50
FEWEST_SHARED_USERS = 2
# The rule is_shared_by_enough: what share of an item's buyers must have bought a neighbour.
SHARE = 0.08

HISTORY = """
    select
        dense_rank() over (order by user_key) - 1 as user_place,
        dense_rank() over (order by item_key) - 1 as item_place,
        item_key, item_weight
    from main_interactions.user_item_counts_by_cut
    where cut_key = 0
    order by user_key, item_key
"""
LISTS = f"""
    select item_key, neighbour_key
    from main_neighbours.item_neighbours_by_cut
    where cut_key = 0 and rank <= {RANKS}
    order by item_key, rank
"""


def item_weight(n_items, n_items_of_shop):
    """Return the rule item_weight of accounts with so many different items."""
    return np.floor(100 * np.log(1 + n_items_of_shop / n_items) ** 2 + 0.5)


@dataclass(frozen=True, eq=False)
class Shop:
    """What production counts before an attack. Items are places from 0, in the order of their keys.

    `dots` and `shared` have one row and one column per item: the sum of the products of the buyers'
    weights, and the number of buyers. `share` 0 switches the rule off.
    """

    keys: np.ndarray
    dots: np.ndarray
    shared: np.ndarray
    may_be_shown: np.ndarray
    share: float = SHARE

    @classmethod
    def read(cls, database, share=SHARE):
        """Read the counts of production from a build's DuckDB file."""
        with duckdb.connect(str(database), read_only=True) as connection:
            rows = connection.sql(HISTORY).fetchnumpy()
            eligible = connection.sql(
                "select item_key from main_interactions.eligible_items where cut_key = 0"
            ).fetchnumpy()["item_key"]
        keys = np.unique(rows["item_key"])
        weights = np.zeros((rows["user_place"].max() + 1, keys.size))
        weights[rows["user_place"], rows["item_place"]] = rows["item_weight"]
        return cls.of(keys, weights, np.isin(keys, eligible), share)

    @classmethod
    def of(cls, keys, weights, may_be_shown, share=SHARE):
        """Return the shop whose customers (rows) give the items (columns) these weights."""
        bought = (weights > 0).astype(float)
        return cls(keys, weights.T @ weights, bought.T @ bought, may_be_shown, share)

    @property
    def buyers(self):
        """How many customers bought each item."""
        return np.diag(self.shared)

    def weight(self, n_items):
        """Return the rule item_weight of an account with so many different items."""
        return item_weight(n_items, self.keys.size)

    def attacked(self, basket, n_accounts=1):
        """Return the shop with accounts that each bought all items of the basket."""
        dots, shared = self.dots.copy(), self.shared.copy()
        pairs = np.ix_(basket, basket)
        dots[pairs] += n_accounts * self.weight(len(basket)) ** 2
        shared[pairs] += n_accounts
        return Shop(self.keys, dots, shared, self.may_be_shown, self.share)

    def lists(self, items):
        """Return the lists of some items: places by ranks, -1 where there is no row."""
        lengths = np.diag(self.dots)
        similarity = np.minimum(1, self.dots[items] / np.sqrt(np.outer(lengths[items], lengths)))
        kept = (self.shared[items] >= FEWEST_SHARED_USERS) & self.may_be_shown
        kept[np.arange(len(items)), items] = False
        similarity[~kept] = -1
        nearest = np.argsort(-similarity, axis=1, kind="stable")[:, :NEIGHBOURS]
        enough = self.shared[items] >= self.share * self.buyers[items, None]
        is_listed = np.take_along_axis(kept & enough, nearest, axis=1)
        lists = np.full((len(items), RANKS), -1)
        for row, (places, listed) in enumerate(zip(nearest, is_listed, strict=True)):
            found = places[listed][:RANKS]
            lists[row, : found.size] = found
        return lists

    def check(self, database):
        """Stop where the lists are not those that the build made."""
        with duckdb.connect(str(database), read_only=True) as connection:
            rows = connection.sql(LISTS).fetchall()
        built = [[] for _ in self.keys]
        place = {key: place for place, key in enumerate(self.keys)}
        for item, neighbour in rows:
            built[place[item]].append(place[neighbour])
        ours = [list(row[row >= 0]) for row in self.lists(np.arange(self.keys.size))]
        if ours != built:
            raise ValueError("the lists are not those of the build")


def best_sellers(shop, count=100):
    """Return the items with the most buyers that may be shown."""
    shown = np.flatnonzero(shop.may_be_shown)
    return shown[np.argsort(-shop.buyers[shown], kind="stable")[:count]]


def random_basket(shop, generator):
    """Return what a random account buys: two items to thirty, any item or rather what sells."""
    n_items = min(shop.keys.size // 2, int(generator.integers(2, 31)))
    popularity = shop.buyers ** float(generator.choice([0, 1]))
    return generator.choice(
        shop.keys.size, size=n_items, replace=False, p=popularity / popularity.sum()
    )


def moved_in(shop, basket, n_accounts=1):
    """Return the items of the basket that accounts bring into a list: (list's item, item) each."""
    before = shop.lists(basket)
    after = shop.attacked(basket, n_accounts).lists(basket)
    return [
        (item, new)
        for item, old_row, new_row in zip(basket, before, after, strict=True)
        for new in np.setdiff1d(new_row, old_row)
        if new in basket
    ]


def accounts_needed(shop, item, target, most=200):
    """Return how many accounts, each with just the two, bring the target into the item's list."""
    fewest, enough = 0, most
    while enough - fewest > 1:
        tried = (fewest + enough) // 2
        moved = moved_in(shop, np.array([item, target]), tried)
        is_in = (item, target) in moved
        fewest, enough = (fewest, tried) if is_in else (tried, enough)
    return enough


def tail_targets(shop, item, generator, count):
    """Return random items of the least sold half that no buyer of the item bought."""
    is_tail = shop.buyers <= np.median(shop.buyers)
    targets = np.flatnonzero(is_tail & shop.may_be_shown & (shop.shared[item] == 0))
    return generator.permutation(targets)[:count]
