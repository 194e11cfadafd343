# ruff: noqa: D103
"""`cosine_neighbours` against a slow, obvious reference, and on the inputs that break things."""

import math
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from also_bought.neighbours import NEIGHBOUR_SCHEMA, cosine_neighbours


def reference_neighbours(pairs, k, min_shared=1):
    """Compare every two rows with Python's integers; `pairs` maps (row, column) to a count."""
    rows = {}
    for (row, column), count in pairs.items():
        rows.setdefault(row, {})[column] = count
    norms = {row: sum(count * count for count in held.values()) for row, held in rows.items()}
    expected = []
    for row in sorted(rows):
        candidates = []
        for other in rows.keys() - {row}:
            shared = rows[row].keys() & rows[other].keys()
            if len(shared) >= max(min_shared, 1):
                dot = sum(rows[row][column] * rows[other][column] for column in shared)
                similarity = min(1.0, dot / math.sqrt(float(norms[row]) * float(norms[other])))
                candidates.append((-similarity, other, dot, len(shared)))
        for rank, (_, other, dot, shared) in enumerate(sorted(candidates)[:k], start=1):
            expected.append((row, other, rank, dot, shared))
    return expected


def as_arrays(pairs):
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return np.array(rows, int), np.array(columns, int), np.array(list(pairs.values()), int)


def as_rows(table):
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


pairs_strategy = st.dictionaries(
    st.tuples(st.integers(0, 12), st.integers(0, 8)), st.integers(1, 4), max_size=60
)


@settings(deadline=None)
@given(pairs=pairs_strategy, k=st.integers(1, 6), min_shared=st.integers(1, 3))
def test_every_row_equals_the_reference(pairs, k, min_shared):
    table = cosine_neighbours(*as_arrays(pairs), k=k, min_shared=min_shared)
    assert table.schema == NEIGHBOUR_SCHEMA
    assert as_rows(table) == reference_neighbours(pairs, k, min_shared)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_row_order_and_threads_do_not_change_a_bit(threads):
    random = np.random.default_rng(4)
    cells = random.choice(3000 * 50, 20_000, replace=False)
    rows, columns, counts = cells // 50, cells % 50, random.integers(1, 5, cells.size)
    expected = cosine_neighbours(rows, columns, counts, k=10, threads=1)
    shuffle = random.permutation(cells.size)
    shuffled = cosine_neighbours(
        rows[shuffle], columns[shuffle], counts[shuffle], k=10, threads=threads
    )
    assert shuffled.equals(expected)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({}, []),
        ({(7, 3): 2}, []),
        ({(1, 1): 1, (2, 2): 1}, []),
        ({(1, 5): 3, (4, 5): 9}, [(1, 4, 1, 27, 1), (4, 1, 1, 27, 1)]),
    ],
    ids=["no rows", "one row", "nothing shared", "one column"],
)
def test_the_smallest_inputs(pairs, expected):
    table = cosine_neighbours(*as_arrays(pairs), k=3)
    assert table.schema == NEIGHBOUR_SCHEMA
    assert as_rows(table) == expected


def test_equal_rows_tie_by_key():
    pairs = {(row, column): 2 for row in range(6) for column in range(3)}
    table = cosine_neighbours(*as_arrays(pairs), k=3)
    assert table["neighbour_key"].to_pylist()[:6] == [1, 2, 3, 0, 2, 3]


def test_arrow_arrays_are_taken_as_they_are():
    keys = pa.chunked_array([[1, 2], [3]], pa.int32())
    table = cosine_neighbours(keys, pa.array([0, 0, 0]), pa.array([1, 1, 2]), k=1)
    assert as_rows(table) == [(1, 2, 1, 1, 1), (2, 1, 1, 1, 1), (3, 1, 1, 2, 1)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [1], [0]), "counts must be 1 or more; the lowest is 0"),
        (([1], [1], [-3]), "counts must be 1 or more; the lowest is -3"),
        (([-1], [1], [1]), "row_keys must be 0 or more"),
        (([1], [-1], [1]), "column_keys must be 0 or more"),
        (([1, 1], [2, 2], [1, 1]), "Row 1 and column 2 come more than once"),
        (([1], [1, 2], [1]), "must be of one length, not 1, 2 and 1"),
        ((pa.array([1, None]), [1, 2], [1, 1]), "row_keys has 1 nulls"),
        (([1.5], [1], [1]), "row_keys must be one array of integers"),
        (([2**31], [1], [1]), "row_keys must fit in int32"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        cosine_neighbours(*arguments, k=1)


@pytest.mark.parametrize("name", ["k", "min_shared", "threads"])
@pytest.mark.parametrize("value", [0, -1, 1.5, None])
def test_bad_parameters_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least 1"):
        cosine_neighbours([1], [1], [1], **({"k": 1} | {name: value}))


def test_ranks_have_no_gaps_and_no_row_is_its_own_neighbour():
    random = np.random.default_rng(5)
    cells = random.choice(200 * 30, 1500, replace=False)
    table = cosine_neighbours(cells // 30, cells % 30, np.ones(cells.size, int), k=7)
    rows = as_rows(table)
    assert all(row != neighbour for row, neighbour, *_ in rows)
    assert all(b[2] == (a[2] + 1 if a[0] == b[0] else 1) for a, b in pairwise(rows))
