"""What passes cost, in CPU seconds: `python benchmarks/neighbours/passes.py`.

Where memory is short the kernel takes the rows in passes, and works out pairs of rows of different
passes twice.
"""

import argparse
import statistics
import sys
from pathlib import Path

from around import cpu_of
from run import SHOPS, TARGETS, K, read_pairs, tasks

sys.path.insert(0, str(Path(__file__).parents[2]))

from also_bought.kernel import plan
from also_bought.kernel.neighbours import cosine_neighbours


def found_in(n_passes, pairs):
    """Find the neighbours in so many passes; return them and the CPU seconds."""
    plan.fewest_passes = lambda *_: n_passes
    return cpu_of(lambda: cosine_neighbours(*pairs, k=K).read_all())


def main():
    """Print a line for each task and number of passes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shops", nargs="+", choices=SHOPS, default=["shop_50k_20k_2m"])
    parser.add_argument("--sides", nargs="+", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--passes", nargs="+", type=int, default=[1, 2, 4, 8])
    options = parser.parse_args()
    print("| task | passes | CPU s | times one pass |\n| --- | ---: | ---: | ---: |")
    for shop, side, file in tasks(options.shops, options.sides):
        pairs = read_pairs(file)
        expected, _ = found_in(1, pairs)  # and compiles
        seconds = {n_passes: [] for n_passes in options.passes}
        for _ in range(3):
            for n_passes in options.passes:
                found, cpu = found_in(n_passes, pairs)
                assert found.equals(expected)
                seconds[n_passes].append(cpu)
        medians = {n_passes: statistics.median(cpu) for n_passes, cpu in seconds.items()}
        for n_passes, cpu in medians.items():
            ratio = cpu / medians[options.passes[0]]
            print(f"| {shop}, {side} | {n_passes} | {cpu:.2f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
