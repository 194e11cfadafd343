"""How far the kernel is from the floor of its method: `python benchmarks/neighbours/bound.py`.

The floor is one addition for every pair of rows and column they share, and one look at every sum
that came of them, at the rate at which the kernel's own loops do that when nobody wants a
candidate. Prints, for the tasks of `run.py` that are named (or all), CPU seconds of one thread.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from around import cpu_of
from numba import njit
from run import SHOPS, TARGETS, K, read_pairs, tasks

sys.path.insert(0, str(Path(__file__).parents[2]))

from also_bought.kernel import compiled
from also_bought.kernel.neighbours import cosine_neighbours
from also_bought.kernel.plan import TILE_BITS


# Two functions: one that is told whether to look takes 5 % longer, and would flatter the kernel.
@njit(nogil=True)
def additions(rows, tiles, first_tile, matrix, terms, scratch):
    """Only add up, as `scan_rows` does; return how many additions that were."""
    added = 0
    for row in rows:
        for tile in range(tiles[0], tiles[1]):
            if first_tile <= tile < row >> TILE_BITS:
                continue
            if terms.narrow[row]:
                added += compiled._scatter(scratch.narrow_sums, np.int64(row), tile, matrix, 1)
            else:
                added += compiled._scatter(scratch.wide_sums, np.int64(row), tile, matrix, 1)
    return added


@njit(nogil=True)
def additions_and_looks(rows, tiles, first_tile, matrix, terms, nobody, scratch):
    """Add up and look, when no row wants a candidate; return how many were found: none."""
    n_found = 0
    for row in rows:
        for tile in range(tiles[0], tiles[1]):
            if first_tile <= tile < row >> TILE_BITS:
                continue
            if terms.narrow[row]:
                n_found += compiled._find_candidates(
                    scratch.narrow_sums, np.int64(row), tile, matrix, terms, nobody, scratch
                )
            else:
                n_found += compiled._find_candidates(
                    scratch.wide_sums, np.int64(row), tile, matrix, terms, nobody, scratch
                )
    return n_found


def distance(pairs):
    """Return additions, CPU seconds of them, of them and the looks, and of the kernel."""
    calls = []
    scan_rows = compiled.scan_rows

    def noted(rows, *arguments):
        done = scan_rows(rows, *arguments)
        calls.append((rows[:done], arguments))
        return done

    for _ in range(2):  # the first compiles
        _, kernel = cpu_of(lambda: cosine_neighbours(*pairs, k=K, threads=1).read_all())
    compiled.scan_rows = noted
    cosine_neighbours(*pairs, k=K, threads=1).read_all()
    compiled.scan_rows = scan_rows

    _, (*_, candidates, _log, _scratch) = calls[0]
    nobody = candidates._replace(bars=np.full_like(candidates.bars, np.inf))
    n_added, adding, looking = 0, 0.0, 0.0
    for rows, (tiles, first_tile, matrix, terms, _candidates, _log, scratch) in calls:
        where = (tiles, first_tile, matrix, terms)
        if not rows.size:  # the call that compiles the kernel compiles these, too
            additions(rows, *where, scratch)
            additions_and_looks(rows, *where, nobody, scratch)
            continue
        added, seconds = cpu_of(additions, rows, *where, scratch)
        n_added, adding = n_added + added, adding + seconds
        for sums in (scratch.narrow_sums, scratch.wide_sums):
            sums[:] = 0
        n_found, seconds = cpu_of(additions_and_looks, rows, *where, nobody, scratch)
        assert n_found == 0
        looking += seconds
    return n_added, adding, looking, kernel


def main():
    """Print a line for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shops", nargs="+", choices=SHOPS, default=list(SHOPS))
    parser.add_argument("--sides", nargs="+", choices=TARGETS, default=list(TARGETS))
    options = parser.parse_args()
    print("| task | additions | ns each | additions | and looks | whole kernel | times |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for shop, side, file in tasks(options.shops, options.sides):
        n_added, adding, looking, kernel = distance(read_pairs(file))
        print(
            f"| {shop}, {side} | {n_added / 1e6:,.0f} million | {adding / n_added * 1e9:.2f} | "
            f"{adding:.2f} s | {looking:.2f} s | {kernel:.2f} s | {kernel / looking:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
