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

from also_bought import _scatter
from also_bought.neighbours import cosine_neighbours


# Two functions: one that is told whether to look takes 5 % longer, and would flatter the kernel.
@njit(nogil=True)
def additions(rows, tiles, first_tile, matrix, narrow, scratch):
    """Only add up, as `scan_rows` does; return how many additions that were."""
    narrow_sums, wide_sums = scratch[0], scratch[1]
    added = 0
    for row in rows:
        for tile in range(tiles[0], tiles[1]):
            if first_tile <= tile < row >> _scatter.TILE_BITS:
                continue
            if narrow[row]:
                added += _scatter._scatter(narrow_sums, np.int64(row), tile, matrix, 1)
            else:
                added += _scatter._scatter(wide_sums, np.int64(row), tile, matrix, 1)
    return added


@njit(nogil=True)
def additions_and_looks(rows, tiles, first_tile, matrix, terms, narrow, no_bars, scratch):
    """Add up and look, when no row wants a candidate; return how many were found: none."""
    narrow_sums, wide_sums, lanes, found = scratch
    n_found = 0
    for row in rows:
        for tile in range(tiles[0], tiles[1]):
            if first_tile <= tile < row >> _scatter.TILE_BITS:
                continue
            if narrow[row]:
                n_found += _scatter._find_candidates(
                    narrow_sums, np.int64(row), tile, matrix, terms, 1, 0, no_bars, lanes, found
                )
            else:
                n_found += _scatter._find_candidates(
                    wide_sums, np.int64(row), tile, matrix, terms, 1, 0, no_bars, lanes, found
                )
    return n_found


def distance(pairs):
    """Return additions, CPU seconds of them, of them and the looks, and of the kernel."""
    calls = []
    scan_rows = _scatter.scan_rows

    def noted(rows, *arguments):
        done = scan_rows(rows, *arguments)
        calls.append((rows[:done], arguments))
        return done

    for _ in range(2):  # the first compiles
        _, kernel = cpu_of(lambda: cosine_neighbours(*pairs, k=K, threads=1))
    _scatter.scan_rows = noted
    cosine_neighbours(*pairs, k=K, threads=1)
    _scatter.scan_rows = scan_rows

    _, (*_, first_bars, _log, _scratch) = calls[0]
    no_bars = np.full_like(first_bars, np.inf)
    n_added, adding, looking = 0, 0.0, 0.0
    for rows, (tiles, first_tile, matrix, terms, narrow, *_, scratch) in calls:
        place = (tiles, first_tile, matrix)
        if not rows.size:  # the call that compiles the kernel compiles these, too
            additions(rows, *place, narrow, scratch)
            additions_and_looks(rows, *place, terms, narrow, no_bars, scratch)
            continue
        added, seconds = cpu_of(additions, rows, *place, narrow, scratch)
        n_added, adding = n_added + added, adding + seconds
        for sums in scratch[:2]:
            sums[:] = 0
        n_found, seconds = cpu_of(
            additions_and_looks, rows, *place, terms, narrow, no_bars, scratch
        )
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
