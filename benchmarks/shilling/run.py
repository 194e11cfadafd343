"""Attack the lists of a built shop: `python benchmarks/shilling/run.py BUILD.duckdb`.

Says what a group of invented accounts needs to bring what nobody bought with a best seller into its
ten nearest neighbours, with the rule is_shared_by_enough and without; and how many of 1,000 random
accounts move anything there.
"""

import argparse

import numpy as np
from attacks import (
    SHARE,
    Shop,
    accounts_needed,
    best_sellers,
    moved_in,
    random_basket,
    tail_targets,
)


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database", help="the DuckDB file of a build")
    parser.add_argument("--best-sellers", type=int, default=100)
    options = parser.parse_args()
    for share in (0, SHARE):
        shop = Shop.read(options.database, share)
        if share:
            shop.check(options.database)
        generator = np.random.default_rng(1)
        items = best_sellers(shop, options.best_sellers)
        needed = [
            accounts_needed(shop, item, target)
            for item in items
            for target in tail_targets(shop, item, generator, 1)
        ]
        print(
            f"share {share}: {len(needed)} attacks on the {len(items)} best sellers, which have"
            f" {min(shop.buyers[items]):.0f} buyers or more (median"
            f" {np.median(shop.buyers[items]):.0f}). Accounts needed: {min(needed)} in the worst"
            f" case, {np.median(needed):.0f} in the median."
        )
        moving = sum(bool(moved_in(shop, random_basket(shop, generator))) for _ in range(1000))
        print(f"share {share}: {moving} of 1,000 random accounts move something.")


if __name__ == "__main__":
    main()
