"""Time a whole fresh process that finds the neighbours of a small shop: what a dbt model waits for.

`python benchmarks/neighbours/cold_start.py` prints, by number of products, the CPU seconds with
numpy alone and with compiled code from the cache, medians of three; then once with an empty cache.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
import numpy as np
from also_bought.kernel import neighbours
neighbours._FEW_PRODUCTS = {few_products}
n_pairs = {n_pairs}
random = np.random.default_rng(1)
n_rows, n_columns = n_pairs // 8, 500
cells = random.choice(n_rows * n_columns, n_pairs, replace=False)
counts = random.integers(1, 4, n_pairs)
neighbours.cosine_neighbours(cells // n_columns, cells % n_columns, counts, k=50).read_all()
"""


def seconds(n_pairs, few_products, cache):
    """Return the CPU seconds of one process from start to end."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": cache}
    program = PROGRAM.format(n_pairs=n_pairs, few_products=few_products)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    """Print the table."""
    sizes = (5_000, 20_000, 40_000, 60_000, 80_000)
    with tempfile.TemporaryDirectory() as warm:
        seconds(20_000, -1, warm)
        print("| pairs | products | numpy alone | compiled, from the cache |")
        print("| ---: | ---: | ---: | ---: |")
        for n_pairs in sizes:
            rounds = [[], []]
            for _ in range(3):
                rounds[0].append(seconds(n_pairs, 10**18, warm))
                rounds[1].append(seconds(n_pairs, -1, warm))
            figures = " | ".join(f"{statistics.median(each):.2f} s" for each in rounds)
            print(f"| {n_pairs:,} | {n_pairs**2 // 500:,} | {figures} |", flush=True)
    with tempfile.TemporaryDirectory() as empty:
        print(f"With an empty cache, once: {seconds(20_000, -1, empty):.1f} s")


if __name__ == "__main__":
    main()
