"""Neighbours that are refreshed from an earlier build's are those of a full rebuild."""

import duckdb
import jinja2
import numpy as np
import pyarrow as pa
import pytest
from dbt_project import REPOSITORY

from also_bought.dbt_models import cuts
from also_bought.dbt_models.cuts import neighbours_by_cut
from also_bought.dbt_models.refresh import Refresh, earlier_neighbours
from also_bought.kernel import neighbours

K, SPARE = 6, 4
NEEDS = {"k": K, "threads": 2, "memory_budget": 500_000_000}
CUTS = (0, 3)
# The model as dbt compiles it.
FINGERPRINTS = jinja2.Template(
    (REPOSITORY / "python_models/user_fingerprints.sql").read_text()
).render(ref=lambda _, name: name, setting=lambda _: 1)


class Shop:
    """Order counts by user and item that change from day to day, and the neighbours table."""

    schema = "main"
    identifier = "user_neighbours_python"

    def __init__(self, seed, n_items, most_orders):
        self.random = np.random.default_rng(seed)
        self.session = duckdb.connect()
        self.database = self.session.execute("select current_database()").fetchone()[0]
        self.n_items, self.most_orders = n_items, most_orders
        self.counts = {}
        self.newest = 0
        for _ in range(150):
            self.new_user()

    def __str__(self):
        return f'"{self.database}"."main"."{self.identifier}"'

    def new_user(self):
        """Add a user, with an id anywhere among the others, which moves the keys of many."""
        self.newest += 1
        user = f"{self.random.integers(1000)}-{self.newest}"
        for _ in range(self.random.integers(1, self.most_orders + 1)):
            self.order(user)

    def order(self, user):
        """Let the user order an item."""
        item = int(self.n_items * self.random.random() ** 2)
        count = self.counts.setdefault(user, {})
        count[f"item {item}"] = count.get(f"item {item}", 0) + 1

    def a_day(self):
        """Change a few users: orders, a correction, an erasure, a new user and a new item."""
        users = sorted(self.counts)
        for user in self.random.choice(users, 2):
            self.order(user)
        if self.random.random() < 0.5:
            corrected = self.counts[str(self.random.choice(users))]
            del corrected[str(self.random.choice(sorted(corrected)))]
        for user in self.random.choice(users, self.random.integers(0, 4), replace=False):
            del self.counts[str(user)]
        for _ in range(self.random.integers(0, 4)):
            self.new_user()
        if self.random.random() < 0.3:
            self.n_items += 1
        self.counts = {user: held for user, held in self.counts.items() if held}

    def tables(self):
        """Write weights and fingerprints, with keys by id; at the past cut half of the items."""
        key_of_user = {user: key for key, user in enumerate(sorted(self.counts), start=1)}
        items = sorted({item for held in self.counts.values() for item in held})
        key_of_item = {item: key for key, item in enumerate(items, start=1)}
        rows = [
            (cut, key_of_user[user], key_of_item[item], count)
            for cut in CUTS
            for user, held in self.counts.items()
            for item, count in held.items()
            if cut == 0 or int(item.split()[1]) % 2
        ]
        columns = ["cut_key", "user_key", "item_key", "user_weight"]
        self.table("user_item_counts_by_cut", columns, rows)
        self.table("users", ["user_id", "user_key"], key_of_user.items())
        self.table("items", ["item_id", "item_key"], key_of_item.items())
        weights = self.session.table("user_item_counts_by_cut")
        return weights, self.session.sql(FINGERPRINTS)

    def table(self, name, columns, rows):
        """Write a table of rows."""
        drawn = pa.table(dict(zip(columns, zip(*rows, strict=True), strict=True)))  # noqa: F841
        self.session.execute(f"create or replace table {name} as from drawn")

    def build(self, spare=SPARE):
        """Find the neighbours anew, or from those of the last build; return the nearest K."""
        weights, fingerprints = self.tables()
        earlier = earlier_neighbours(self.session, self)
        refresh = Refresh(fingerprints, earlier, spare=spare) if spare else None
        found = neighbours_by_cut(weights, **NEEDS, refresh=refresh).read_all()
        if spare:
            self.session.execute(f"create or replace table {self} as from found")
        return sorted(
            tuple(row[name] for name in ("cut_key", *neighbours.NEIGHBOUR_SCHEMA.names))
            for row in found.to_pylist()
            if row["rank"] <= K
        )


@pytest.fixture
def lines(monkeypatch):
    """Return what is written to dbt's log; the compiled kernel is used, however little there is."""
    written = []
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    monkeypatch.setattr(cuts, "_log", written.append)
    return written


@pytest.mark.parametrize("seed", range(50))
def test_refreshes_in_a_row_equal_full_rebuilds(seed, lines):
    # Few items or orders make nearly everybody level with somebody.
    shop = Shop(seed, n_items=4 + seed % 25, most_orders=1 + seed % 11)
    shop.build()
    n_found = []
    for _ in range(10):
        shop.a_day()
        lines.clear()
        refreshed = shop.build()
        n_found += [line.split()[1:4:2] for line in lines if line.endswith("the others are known")]
        assert refreshed == shop.build(spare=0)
    assert len(refreshed) > 300
    few, all_rows = zip(*((int(a), int(b)) for a, b in n_found), strict=True)
    assert sum(few) < sum(all_rows) / 5
