"""What a cheaper search for neighbours saves and loses.

`ALSO_BOUGHT_DATA=... python benchmarks/spark/pruning.py` finds the 50 nearest rows by the kernel
from all columns, and from a part of them: without those of more than so many rows, or a sample. It
prints which share of the products is left, how many of the true 50 are among the 50 found, and
among the 200 found, which an exact second look could then rank: recall, a mean over rows.
"""

import sys
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "benchmarks" / "neighbours"))

from data import complete_journey, online_retail, synthetic_shop  # noqa: E402

from also_bought.kernel.neighbours import cosine_neighbours  # noqa: E402

K = 50
SHOPS = {
    "online_retail": online_retail,
    "complete_journey": complete_journey,
    "synthetic, 1M pairs": lambda: synthetic_shop(50_000, 10_000, 1_000_000),
}


def pair_keys(rows, columns, counts, k) -> np.ndarray:
    """Return each row and neighbour as one number."""
    found = cosine_neighbours(rows, columns, counts, k=k, threads=1).read_all()
    return found["row_key"].to_numpy().astype(np.int64) << 32 | found["neighbour_key"].to_numpy()


def columns_kept(frequency: np.ndarray, share: float) -> dict[str, np.ndarray]:
    """Return, per way of pruning, whether each column is kept, for so large a share of products."""
    by_frequency = np.sort(frequency)
    left_up_to = np.cumsum(by_frequency.astype(np.float64) ** 2)
    most = by_frequency[max(np.searchsorted(left_up_to / left_up_to[-1], share) - 1, 0)]
    sample = np.random.default_rng(1).random(frequency.size) < share
    return {f"columns of at most {most:,} rows": frequency <= most, "a sample of columns": sample}


def main() -> None:
    """Print a line per shop, side and cut-off."""
    print("| shop, rows | kept | products left | recall@50 | in 200 |")
    print("| --- | --- | ---: | ---: | ---: |")
    for shop, load in SHOPS.items():
        users, items, counts = (np.asarray(values, np.int64) for values in load())
        for side, rows, columns in (("users", users, items), ("items", items, users)):
            frequency = np.bincount(columns)
            true = pair_keys(rows, columns, counts, K)
            _, row_of_pair = np.unique(true >> 32, return_inverse=True)
            for share in (0.5, 0.1):
                for way, is_kept in columns_kept(frequency, share).items():
                    kept = is_kept[columns]
                    recalls = []
                    for k in (K, 4 * K):
                        found = pair_keys(rows[kept], columns[kept], counts[kept], k)
                        hits = np.bincount(row_of_pair, weights=np.isin(true, found))
                        recalls.append((hits / np.bincount(row_of_pair)).mean())
                    left = (frequency[is_kept] ** 2).sum() / (frequency**2).sum()
                    print(
                        f"| {shop}, {side} | {way} | {left:.0%} "
                        f"| {recalls[0]:.2f} | {recalls[1]:.2f} |",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
