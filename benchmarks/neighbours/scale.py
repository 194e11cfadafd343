"""Find the item neighbours of a very large shop: `python benchmarks/neighbours/scale.py`.

Draws 2.5 million users, 35,000 items and 95 million pairs (user activity lognormal, item
popularity Zipf-Mandelbrot), says how much work item and user neighbours would be, and finds the
item neighbours with the kernel alone, without dbt. Needs some 7 GB and a few minutes.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from also_bought.neighbours import cosine_neighbours

USERS_AT_ONCE = 250_000


def shop(n_users, n_items, n_pairs):
    """Draw users and items of about so many distinct pairs, as two int32 arrays."""
    random = np.random.default_rng(1)
    activity = random.lognormal(0, 1, n_users)
    # A tenth more draws than pairs: popular items are drawn twice.
    draws = random.poisson(activity * (1.1 * n_pairs / activity.sum()))
    popularity = np.cumsum((np.arange(n_items) + 20.0) ** -1)
    item_of_rank = random.permutation(n_items)
    users, items = [], []
    for first in range(0, n_users, USERS_AT_ONCE):
        these = np.repeat(
            np.arange(first, min(first + USERS_AT_ONCE, n_users)), draws[first:][:USERS_AT_ONCE]
        )
        ranks = np.searchsorted(popularity, random.random(these.size) * popularity[-1])
        cells = np.unique(these * n_items + item_of_rank[ranks])
        users.append((cells // n_items).astype(np.int32))
        items.append((cells % n_items).astype(np.int32))
    return np.concatenate(users), np.concatenate(items)


def products(columns):
    """Count the pairs of rows within each column."""
    held = np.bincount(columns).astype(np.int64)
    return int((held * (held - 1) // 2).sum())


def main():
    """Draw, estimate, find, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=2_500_000)
    parser.add_argument("--items", type=int, default=35_000)
    parser.add_argument("--pairs", type=int, default=95_000_000)
    options = parser.parse_args()
    users, items = shop(options.users, options.items, options.pairs)
    print(f"{users.size:,} pairs of {users.max() + 1:,} users and {items.max() + 1:,} items")
    print(f"item neighbours: {products(users):,} multiplications", flush=True)
    print(f"user neighbours: {products(items):,} multiplications", flush=True)
    counts = np.ones(users.size, np.int32)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.perf_counter(), time.process_time()
    found = cosine_neighbours(
        items, users, counts, k=50, min_shared=2, memory_budget=6_000_000_000, progress=print
    )
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{found.num_rows:,} neighbours: {wall:.0f} s, {cpu:.0f} CPU s, peak {peak / 1e6:.1f} GB "
        f"({before / 1e6:.1f} GB while drawing)"
    )


if __name__ == "__main__":
    main()
