"""`cosine_neighbours` against slow, obvious references, and on the inputs that break things."""

import subprocess
import sys
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import isqrt, sqrt

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.metrics.pairwise import cosine_similarity

from also_bought.kernel import matrix as common
from also_bought.kernel import neighbours, plan, scattering, sorting
from also_bought.kernel.matrix import OverBudgetError
from also_bought.kernel.neighbours import (
    NEIGHBOUR_SCHEMA,
    REFRESHABLE_SCHEMA,
    check_memory,
)

# Loading compiled code for the first time takes seconds.
settings.register_profile("neighbours", deadline=None)
settings.load_profile("neighbours")


@pytest.fixture(params=["sorting", "scattering"])
def path(request, monkeypatch):
    """Run a test once on each of the two ways to the neighbours."""
    few_products = {"sorting": 10**18, "scattering": -1}[request.param]
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", few_products)
    return request.param


both_paths = pytest.mark.usefixtures("path")


def in_each_path(function):
    """Call the function once on each way; for hypothesis, which does not like fixtures."""
    for few_products in (10**18, -1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(neighbours, "_FEW_PRODUCTS", few_products)
            yield function()


def cosine_neighbours(*pairs, **options):
    """Return all neighbours in one table."""
    return neighbours.cosine_neighbours(*pairs, **options).read_all()


def reference_neighbours(pairs, k, min_shared=1, neighbour_keys=None):
    """Compare every two rows with Python's integers; `pairs` maps (row, column) to a count."""
    rows = {}
    for (row, column), count in pairs.items():
        rows.setdefault(row, {})[column] = count
    norms = {row: sum(count * count for count in held.values()) for row, held in rows.items()}
    expected = []
    for row in sorted(rows):
        candidates = []
        for other in rows.keys() - {row}:
            if neighbour_keys is not None and other not in neighbour_keys:
                continue
            shared = rows[row].keys() & rows[other].keys()
            if len(shared) < min_shared:
                continue
            dot = sum(rows[row][column] * rows[other][column] for column in shared)
            score = min(1.0, float(dot) / sqrt(float(norms[row]) * float(norms[other])))
            candidates.append((-score, other, dot, len(shared)))
        for rank, (_, other, dot, shared) in enumerate(sorted(candidates)[:k], start=1):
            expected.append((row, other, rank, dot, shared))
    return expected


def as_arrays(pairs):
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    counts = list(pairs.values())
    return np.array(rows, np.int64), np.array(columns, np.int64), np.array(counts, np.int64)


def as_rows(table):
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def random_pairs(n_rows, n_columns, n_pairs, largest_count=4, seed=4):
    """Draw pairs with popular and rare columns, in random order."""
    random = np.random.default_rng(seed)
    weights = np.tile(1 / (np.arange(n_columns) + 3.0), n_rows)
    weights *= np.repeat(random.lognormal(0, 1, n_rows), n_columns)
    cells = random.choice(weights.size, n_pairs, replace=False, p=weights / weights.sum())
    counts = random.integers(1, largest_count + 1, n_pairs)
    return cells // n_columns, cells % n_columns, counts


def pairs_strategy(counts):
    keys = st.tuples(st.integers(0, 12), st.integers(0, 8))
    return st.dictionaries(keys, counts, max_size=60)


small_counts = st.integers(1, 4)


@given(
    pairs=pairs_strategy(small_counts),
    k=st.integers(1, 6),
    min_shared=st.integers(1, 3),
    neighbour_keys=st.none() | st.lists(st.integers(0, 14)),
)
def test_every_row_equals_the_reference(pairs, k, min_shared, neighbour_keys):
    options = {"k": k, "min_shared": min_shared, "neighbour_keys": neighbour_keys}
    expected = reference_neighbours(pairs, **options)
    for table in in_each_path(lambda: cosine_neighbours(*as_arrays(pairs), **options)):
        assert table.schema == NEIGHBOUR_SCHEMA
        assert as_rows(table) == expected


# Up to here norms and dot products are exact in float64.
@given(pairs=pairs_strategy(st.integers(1, 2**20)), k=st.integers(1, 20))
def test_similarity_is_within_two_and_a_half_roundings_of_exact_arithmetic(pairs, k):
    rows, columns, counts = as_arrays(pairs)
    norms = {int(row): sum(int(c) ** 2 for c in counts[rows == row]) for row in set(rows)}
    for row, other, _, dot, _ in as_rows(cosine_neighbours(rows, columns, counts, k=k)):
        similarity = int(dot) / sqrt(float(norms[row]) * float(norms[other]))
        square = Fraction(int(dot) ** 2, norms[row] * norms[other])
        exact = Fraction(isqrt(int(square * 2**240)), 2**120)
        # The product is rounded under the root, which halves its error; the root and the division
        # are rounded once each. The last term is the error of the root taken as `exact`.
        bound = Fraction(5, 2) * Fraction(2) ** -53 * exact + Fraction(1, 2**100)
        assert abs(Fraction(similarity) - exact) <= bound


@both_paths
def test_scipy_gives_the_same_dot_products_and_ranks():
    rows, columns, counts = random_pairs(700, 90, 9000)
    table = cosine_neighbours(rows, columns, counts, k=15)
    matrix = csr_array((counts, (rows, columns)))
    dots = (matrix @ matrix.T).toarray()
    shared = ((matrix > 0).astype(int) @ (matrix > 0).astype(int).T).toarray()
    norms = dots.diagonal().astype(float)
    with np.errstate(invalid="ignore"):
        scores = np.minimum(1, dots / np.sqrt(norms[:, None] * norms))
    np.fill_diagonal(scores, -1)
    scores[shared == 0] = -1
    order = np.argsort(-scores, axis=1, kind="stable")
    expected = [
        (row, int(other), rank, int(dots[row, other]), int(shared[row, other]))
        for row in np.unique(rows).tolist()
        for rank, other in enumerate(order[row, :15], start=1)
        if scores[row, other] > 0
    ]
    assert as_rows(table) == expected


@both_paths
def test_scikit_learn_gives_the_same_similarities():
    rows, columns, counts = random_pairs(300, 60, 3000)
    matrix = csr_array((counts.astype(float), (rows, columns)))
    theirs = cosine_similarity(matrix)
    np.fill_diagonal(theirs, 0)
    norms = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    table = cosine_neighbours(rows, columns, counts, k=10)
    a, b = table["row_key"].to_numpy(), table["neighbour_key"].to_numpy()
    ours = table["dot_product"].to_numpy() / np.sqrt(norms[a] * norms[b])
    np.testing.assert_allclose(ours, theirs[a, b], rtol=1e-12)
    best = np.sort(theirs, axis=1)[:, ::-1][:, :10]
    np.testing.assert_allclose(ours, best[best > 0], rtol=1e-12)


@both_paths
def test_duckdb_gives_the_same_rows_and_ranks():
    rows, columns, counts = random_pairs(400, 60, 5000, largest_count=60)
    pairs = pa.table({"a": rows, "c": columns, "n": counts})  # noqa: F841
    expected = duckdb.sql(
        """
        with norms as (select a, sum(n * n) as norm2 from pairs group by a),
        dots as (
            select x.a, y.a as b, sum(x.n * y.n)::bigint as dot, count(*) as shared
            from pairs x join pairs y on x.c = y.c and x.a <> y.a group by all
        ),
        scored as (
            select dots.*, least(dot::double / sqrt(x.norm2::double * y.norm2::double), 1) as score
            from dots join norms x on dots.a = x.a join norms y on dots.b = y.a
        ),
        ranked as (
            select *, row_number() over (partition by a order by score desc, b) as rank
            from scored
        )
        select a, b, rank, dot, shared from ranked where rank <= 20 order by a, rank
        """
    ).fetchall()
    assert as_rows(cosine_neighbours(rows, columns, counts, k=20)) == expected


@given(pairs=pairs_strategy(small_counts))
def test_similarity_is_symmetric_before_top_k(pairs):
    for table in in_each_path(lambda: cosine_neighbours(*as_arrays(pairs), k=100)):
        found = {(row, other): (dot, shared) for row, other, _, dot, shared in as_rows(table)}
        assert all(found[other, row] == evidence for (row, other), evidence in found.items())


@both_paths
def test_ranks_have_no_gaps_and_no_row_is_its_own_neighbour():
    rows = as_rows(cosine_neighbours(*random_pairs(200, 30, 1500), k=7))
    assert all(row != neighbour for row, neighbour, *_ in rows)
    assert all(b[2] == (a[2] + 1 if a[0] == b[0] else 1) for a, b in pairwise(rows))


@both_paths
def test_equal_rows_tie_by_key():
    pairs = {(row, column): 2 for row in range(60) for column in range(3)}
    table = cosine_neighbours(*as_arrays(pairs), k=3)
    assert table["neighbour_key"].to_pylist()[:6] == [1, 2, 3, 0, 2, 3]
    assert table["neighbour_key"].to_pylist()[-3:] == [0, 1, 2]


@both_paths
def test_row_order_does_not_change_a_bit():
    pairs = random_pairs(400, 40, 5000, largest_count=2)
    expected = cosine_neighbours(*pairs, k=10)
    random = np.random.default_rng(6)
    for _ in range(20):
        order = random.permutation(pairs[0].size)
        assert cosine_neighbours(*(part[order] for part in pairs), k=10).equals(expected)


@both_paths
@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("memory_budget", [60_000_000, 2_000_000_000])
def test_threads_and_memory_budget_do_not_change_a_bit(path, threads, memory_budget, monkeypatch):
    pairs = random_pairs(3000, 200, 9000)
    expected = cosine_neighbours(*pairs, k=10, threads=1)
    monkeypatch.setattr(sorting, "_PRODUCTS_AT_ONCE", 20_000)
    if path == "sorting" and memory_budget < 10**9:
        memory_budget = 200_000_000
    options = {"threads": threads, "memory_budget": memory_budget}
    assert cosine_neighbours(*pairs, k=10, **options).equals(expected)


@given(pairs=pairs_strategy(small_counts), random=st.randoms(use_true_random=False))
def test_new_names_change_no_similarity(pairs, random):
    new_rows, new_columns = list(range(13)), list(range(9))
    random.shuffle(new_rows)
    random.shuffle(new_columns)
    renamed = {(new_rows[r] * 1000, new_columns[c] * 10**12): n for (r, c), n in pairs.items()}
    before = cosine_neighbours(*as_arrays(pairs), k=100)
    after = cosine_neighbours(*as_arrays(renamed), k=100)
    expected = {
        (new_rows[a] * 1000, new_rows[b] * 1000, *rest) for a, b, _, *rest in as_rows(before)
    }
    assert {(a, b, *rest) for a, b, _, *rest in as_rows(after)} == expected


@both_paths
@pytest.mark.parametrize("factor", [7, 8])
def test_all_counts_times_a_factor_rank_the_same(factor):
    rows, columns, counts = random_pairs(300, 40, 3000, largest_count=50)
    once = cosine_neighbours(rows, columns, counts, k=300)
    scaled = cosine_neighbours(rows, columns, factor * counts, k=300)
    ours, theirs = as_rows(once), as_rows(scaled)
    assert sorted((a, b, dot * factor**2, shared) for a, b, _, dot, shared in ours) == sorted(
        (a, b, dot, shared) for a, b, _, dot, shared in theirs
    )
    norms = np.bincount(rows, weights=counts**2)
    # Similarities that are equal but for the last bit may change places, unless the factor is a
    # power of two, which rounds nothing.
    for (a, b, *_, dot, _), (_, other, *_, other_dot, _) in zip(ours, theirs, strict=True):
        one = dot / sqrt(norms[a] * norms[b])
        two = other_dot / factor**2 / sqrt(norms[a] * norms[other])
        assert b == other or (factor == 7 and one == pytest.approx(two, rel=1e-15))


@both_paths
@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ({}, []),
        ({(7, 3): 2}, []),
        ({(1, 1): 1, (2, 2): 1}, []),
        ({(1, 5): 3, (4, 5): 9}, [(1, 4, 1, 27, 1), (4, 1, 1, 27, 1)]),
        ({(1, 5): 1, (4, 5): 1}, [(1, 4, 1, 1, 1), (4, 1, 1, 1, 1)]),
    ],
    ids=["no rows", "one row", "nothing shared", "one column", "one column, all ones"],
)
def test_the_smallest_inputs(pairs, expected):
    table = cosine_neighbours(*as_arrays(pairs), k=3)
    assert table.schema == NEIGHBOUR_SCHEMA
    assert as_rows(table) == expected


@both_paths
def test_a_smaller_k_is_a_prefix_of_a_larger_one():
    pairs = random_pairs(400, 40, 5000, largest_count=2)
    largest = cosine_neighbours(*pairs, k=60)
    for k in (1, 2, 7, 31, 59):
        prefix = largest.filter(pc.less_equal(largest["rank"], k))
        assert cosine_neighbours(*pairs, k=k).combine_chunks().equals(prefix.combine_chunks())


@given(pairs=pairs_strategy(small_counts), bought=st.integers(0, 8))
def test_a_user_of_one_item_changes_no_dot_product_of_items(pairs, bought):
    items = {(item, user): count for (user, item), count in pairs.items()}
    before = cosine_neighbours(*as_arrays(items), k=100)
    after = cosine_neighbours(*as_arrays(items | {(bought, 99): 3}), k=100)
    evidence = [{(a, b, *rest) for a, b, _, *rest in as_rows(table)} for table in (before, after)]
    assert evidence[0] == evidence[1]


@given(pairs=pairs_strategy(st.just(1)), a=st.integers(0, 12), b=st.integers(0, 12))
def test_one_more_user_of_both_items_brings_them_closer(pairs, a, b):
    def similarity(pairs):
        norms = {row: sum(key[0] == row for key in pairs) for row in (a, b)}
        table = cosine_neighbours(*as_arrays(pairs), k=100)
        dots = [dot for row, other, _, dot, _ in as_rows(table) if (row, other) == (a, b)]
        return (dots[0], dots[0] / sqrt(norms[a] * norms[b])) if dots else (0, 0.0)

    if a != b:
        before, after = similarity(pairs), similarity(pairs | {(a, 99): 1, (b, 99): 1})
        assert after[0] == before[0] + 1
        assert after[1] >= before[1] * (1 - 1e-15)


@both_paths
def test_numbers_between_the_keys_are_no_rows():
    table = cosine_neighbours([5, 900_000, 2**31 - 1], [0, 0, 2**60], [1, 1, 1], k=2)
    assert as_rows(table) == [(5, 900_000, 1, 1, 1), (900_000, 5, 1, 1, 1)]


@given(
    pairs=pairs_strategy(
        st.sampled_from([1, 2**15, 2**16 - 1, 2**16, 2**26, 2**31, 2**32 + 1, 2**53 + 1, 2**62])
    ),
    k=st.integers(1, 20),
)
def test_counts_of_any_size_are_exact(pairs, k):
    expected = reference_neighbours(pairs, k)
    for table in in_each_path(lambda: cosine_neighbours(*as_arrays(pairs), k=k)):
        assert as_rows(table) == expected


@both_paths
@pytest.mark.parametrize("largest_count", [1, 2, 181, 2**15, 2**16, 2**20, 3 * 2**26])
def test_sums_at_the_borders_of_their_types_are_exact(largest_count):
    random = np.random.default_rng(largest_count)
    cells = random.choice(60 * 40, 1200, replace=False)
    counts = largest_count - random.integers(0, min(largest_count, 3), cells.size)
    pairs = dict(zip(zip(cells // 40, cells % 40, strict=True), counts.tolist(), strict=True))
    table = cosine_neighbours(*as_arrays(pairs), k=20)
    assert as_rows(table) == reference_neighbours(pairs, 20)


@pytest.mark.parametrize(("largest_count", "fits"), [(3 * 2**28, True), (2**30, False)])
def test_a_row_of_many_columns_takes_no_bits_from_the_others(monkeypatch, largest_count, fits):
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    n = 40
    # The dot product of the two rows that hold two columns takes 61 bits, or 62; two more are for
    # what they share, and one is the sign. What row 0 holds would take six.
    pairs = {(0, column): 1 for column in range(n)}
    pairs |= {(row, column): largest_count for row in (1, 2) for column in (0, 1)}
    pairs |= {(row, 0): 1 for row in range(3, 10)}
    ways = []
    for name in ("by_sorting", "by_scattering"):
        way = getattr(neighbours, name)
        monkeypatch.setattr(
            neighbours, name, lambda *them, name=name, way=way: ways.append(name) or way(*them)
        )
    for min_shared in (1, 2, 3, n):
        table = cosine_neighbours(*as_arrays(pairs), k=2, min_shared=min_shared)
        assert as_rows(table) == reference_neighbours(pairs, 2, min_shared)
    assert set(ways) == {"by_scattering" if fits else "by_sorting"}


@both_paths
def test_no_similarity_is_above_one():
    # Rounded, row 2's comes to a little more than 1, which must not put it before its equal, row 1.
    counts = [171442618, 243719738]
    rows = {0: counts, 1: counts, 2: [3 * count for count in counts]}
    pairs = {(row, column): held[column] for row, held in rows.items() for column in (0, 1)}
    table = cosine_neighbours(*as_arrays(pairs), k=2)
    assert table["neighbour_key"].to_pylist()[:2] == [1, 2]


@both_paths
def test_many_rows_to_a_pair_and_counts_to_two_to_the_62():
    n = 10_000
    rows, columns = np.repeat([0, 1], n), np.tile(np.arange(n), 2)
    table = cosine_neighbours(rows, columns, np.full(2 * n, 2**55), k=1)
    assert table.schema.field("dot_product").type == pa.decimal128(38, 0)
    assert [int(dot) for dot in table["dot_product"].to_pylist()] == [n * 2**110] * 2
    with pytest.raises(ValueError, match="more than 38 digits"):
        cosine_neighbours(rows, columns, np.full(2 * n, 2**62), k=1)


def test_the_table_has_one_type_of_dot_product_for_one_size_of_norms():
    norm_below = {(0, 0): 3_037_000_499, (1, 0): 1}
    norm_above = {(0, 0): 3_037_000_500, (1, 0): 1}
    types = [
        cosine_neighbours(*as_arrays(pairs), k=1).schema.field("dot_product").type
        for pairs in (norm_below, norm_above)
    ]
    assert types == [pa.int64(), pa.decimal128(38, 0)]


@pytest.mark.parametrize(
    ("largest_count", "options"),
    [
        (1, {}),
        (4, {"min_shared": 3}),
        (300, {}),
        (70_000, {}),
    ],
)
def test_neighbours_across_tiles_of_rows(largest_count, options):
    # 70,000 rows are two tiles. Most rows hold a column or two; a few hold 700, so that both
    # ways to read the sums and both sizes of sums are taken.
    random = np.random.default_rng(9)
    heavy = np.arange(0, 70_000, 9999)
    rows = np.append(np.repeat(np.arange(70_000), 2), np.repeat(heavy, 700))
    columns = (random.random(140_000) ** 1.5 * 800).astype(int)
    columns = np.append(columns, np.tile(np.arange(700), heavy.size))
    cells = np.unique(rows * 1000 + columns)
    rows, columns = cells // 1000, cells % 1000
    counts = random.integers(1, largest_count + 1, cells.size)
    table = cosine_neighbours(rows, columns, counts, k=12, **options)

    matrix = csr_array((counts, (rows, columns)))
    binary = matrix.sign()
    norms = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel().astype(float)
    for row in (0, 3, 997, 9999, 65_535, 65_536, 69_993):
        dots = (matrix @ matrix[[row]].T).toarray().ravel()
        shared = (binary @ binary[[row]].T).toarray().ravel()
        scores = np.minimum(1, dots / np.sqrt(norms[row] * norms))
        scores[shared < options.get("min_shared", 1)] = 0
        scores[row] = 0
        best = [other for other in np.argsort(-scores, kind="stable")[:12] if scores[other] > 0]
        assert as_rows(table.filter(pc.equal(table["row_key"], row))) == [
            (row, other, rank, dots[other], shared[other]) for rank, other in enumerate(best, 1)
        ]


def test_arrow_arrays_and_any_integer_type_are_taken():
    keys = pa.chunked_array([[1, 2], [3]], pa.int32())
    table = cosine_neighbours(keys, pa.array([0, 0, 0]), np.array([1, 1, 2], np.uint8), k=1)
    assert as_rows(table) == [(1, 2, 1, 1, 1), (2, 1, 1, 1, 1), (3, 1, 1, 2, 1)]


@both_paths
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1], [1], [0]), "counts must be 1 or more; the lowest is 0"),
        (([1], [1], [-3]), "counts must be 1 or more; the lowest is -3"),
        (([-1], [1], [1]), "row_keys must be 0 or more"),
        (([1], [-1], [1]), "column_keys must be 0 or more"),
        (([4, 4], [2, 2], [1, 1]), "Row 4 and column 2 come more than once"),
        (([9, 4, 9], [2, 2, 2], [1, 1, 1]), "Row 9 and column 2 come more than once"),
        (([1], [1, 2], [1]), "must be of one length, not 1, 2 and 1"),
        ((pa.array([1, None]), [1, 2], [1, 1]), "row_keys has 1 nulls"),
        (([1.5], [1], [1]), "row_keys must be one array of integers, not 1-dimensional float64"),
        (([[1]], [1], [1]), "row_keys must be one array of integers, not 2-dimensional int64"),
        (([2**31], [1], [1]), "row_keys must fit in int32; the largest is 2147483648"),
        (([1], [1], np.array([2**63], np.uint64)), "counts must fit in int64"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(arguments, message):
    with pytest.raises(ValueError, match=message):
        cosine_neighbours(*arguments, k=1)


@pytest.mark.parametrize("name", ["k", "min_shared", "threads"])
@pytest.mark.parametrize("value", [0, -1, 1.5, None, True])
def test_whole_number_parameters_are_checked(name, value):
    with pytest.raises(ValueError, match=f"{name} must be a whole number of at least 1"):
        cosine_neighbours([1], [1], [1], **({"k": 1} | {name: value}))


@both_paths
@pytest.mark.parametrize("huge", [2**40, 2**62])
def test_huge_parameters_are_no_error(huge):
    pairs = {(1, 5): 3, (4, 5): 9}
    assert cosine_neighbours(*as_arrays(pairs), k=huge).num_rows == 2
    assert cosine_neighbours(*as_arrays(pairs), k=1, min_shared=huge).num_rows == 0


def test_no_row_is_wanted_that_shares_less_than_it_must_in_dense_sums():
    # Shifted into 32 bits, such a number is 0.
    pairs = random_pairs(400, 20, 4000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "_FEW_PRODUCTS", -1)
        assert cosine_neighbours(*pairs, k=5, min_shared=2**40).num_rows == 0


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("largest_count", [1, 3])
def test_full_logs_and_many_ties_change_nothing(threads, largest_count, monkeypatch):
    pairs = random_pairs(400, 12, 2000, largest_count)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", 10**18)
    expected = cosine_neighbours(*pairs, k=9)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    monkeypatch.setattr(scattering, "NOTES_AT_ONCE", 4)
    assert cosine_neighbours(*pairs, k=9, threads=threads).equals(expected)


@pytest.mark.parametrize(("n_passes", "threads"), [(1, 2), (2, 1), (3, 3), (7, 2)])
@pytest.mark.parametrize(
    ("largest_count", "options"),
    [(1, {}), (9, {}), (70_000, {"min_shared": 2})],
)
def test_passes_change_no_bit(n_passes, threads, largest_count, options, monkeypatch):
    pairs = random_pairs(400, 40, 2500, largest_count)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", 10**18)
    expected = cosine_neighbours(*pairs, k=4, **options)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    monkeypatch.setattr(plan, "fewest_passes", lambda *_: n_passes)
    assert cosine_neighbours(*pairs, k=4, threads=threads, **options).equals(expected)


@pytest.mark.parametrize("share", [0.0, 0.08, 0.5, 0.97])
@pytest.mark.parametrize("n_passes", [1, 3])
@pytest.mark.parametrize(
    ("largest_count", "options"),
    [(1, {}), (9, {}), (70_000, {"min_shared": 2})],
)
def test_of_all_neighbours_those_that_may_be_are_found(
    share, n_passes, largest_count, options, monkeypatch
):
    rows, *rest = random_pairs(400, 40, 2500, largest_count)
    keys = np.unique(rows)
    among = keys[np.random.default_rng(2).random(keys.size) < share]
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", 10**18)
    everybody = cosine_neighbours(rows, *rest, k=400, **options).to_pandas()
    expected = everybody[everybody["neighbour_key"].isin(among)]
    expected = expected.assign(rank=expected.groupby("row_key").cumcount() + 1)
    expected = expected[expected["rank"] <= 4]
    for few_products in (10**18, -1):
        monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", few_products)
        monkeypatch.setattr(plan, "fewest_passes", lambda *_: n_passes)
        # Where there is no room for all lists at once, the rows are taken in passes as ever.
        budget = 10**9 if n_passes == 1 else 1
        table = cosine_neighbours(
            rows, *rest, k=4, neighbour_keys=among, memory_budget=budget, threads=2, **options
        )
        assert as_rows(table) == list(expected.itertuples(index=False, name=None))


def test_passes_over_several_tiles_change_no_bit(monkeypatch):
    pairs = random_pairs(150_000, 9, 300_000, largest_count=3)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    tables = []
    for n_passes in (1, 2, 5):
        monkeypatch.setattr(plan, "fewest_passes", lambda *_, n=n_passes: n)
        tables.append(cosine_neighbours(*pairs, k=3, min_shared=4))
    assert tables[0].num_rows > 10_000
    assert tables[1].equals(tables[0])
    assert tables[2].equals(tables[0])


@both_paths
def test_batches_are_the_table_piece_by_piece(path, monkeypatch):
    monkeypatch.setattr(scattering, "NEIGHBOURS_AT_ONCE", 500)
    monkeypatch.setattr(sorting, "_PRODUCTS_AT_ONCE", 5000)
    pairs = random_pairs(500, 90, 2500)
    batches = list(neighbours.cosine_neighbours(*pairs, k=10))
    assert len(batches) > 5
    if path == "scattering":
        assert max(batch.num_rows for batch in batches) <= 500
    assert pa.Table.from_batches(batches).equals(cosine_neighbours(*pairs, k=10))


@pytest.mark.parametrize("options", [{}, {"min_shared": 2}])
def test_both_paths_agree_where_first_bars_are_set(options, monkeypatch):
    pairs = random_pairs(3000, 60, 40_000, largest_count=7)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", 10**18)
    expected = cosine_neighbours(*pairs, k=4, **options)
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    assert cosine_neighbours(*pairs, k=4, **options).equals(expected)


@both_paths
def test_what_does_not_fit_the_budget_is_refused_before_the_work():
    pairs = random_pairs(3000, 200, 9000)
    with pytest.raises(OverBudgetError, match=r"needs at least 0\.\d+ GB .* may have 0\.00 GB"):
        cosine_neighbours(*pairs, k=10, memory_budget=1_000_000)


def test_the_check_beforehand_lets_pass_what_the_kernel_takes(monkeypatch):
    monkeypatch.setattr(neighbours, "_FEW_PRODUCTS", -1)
    monkeypatch.setattr(plan, "_FEWEST_ROWS_OF_PASS", 100)
    pairs = random_pairs(400, 90, 2000)
    figures = [2000, len(set(pairs[0])), len(set(pairs[1])), 4]
    with pytest.raises(OverBudgetError) as refused:
        check_memory(*figures, k=20, memory_budget=1)
    needed = refused.value.needed
    assert str(refused.value).startswith(
        f"Finding these neighbours needs at least {needed / 1e9:.2f} GB (0.01 GB for 2,000 pairs, "
    )
    check_memory(*figures, k=20, memory_budget=needed)
    assert cosine_neighbours(*pairs, k=20, memory_budget=needed).num_rows > 0
    with pytest.raises(OverBudgetError):
        check_memory(*figures, k=20, memory_budget=needed - 1)


@pytest.mark.parametrize(
    ("threads", "largest_count", "pairs", "of_threads"),
    [
        # A log of a note for every row, and those at once; blocks of 10,000 neighbours; a tile.
        (1, 1, 16_000, 16 * (1000 + 131_072) + 500_000 + 32 * 65_536),
        (3, 2**16 - 1, 16_000, 3 * (4 * 16 * (250 + 131_072) + 500_000 + 32 * 65_536)),
        (1, 2**16, 28_000, 16 * (1000 + 131_072) + 500_000 + 32 * 65_536),
    ],
)
def test_the_estimate_of_memory_adds_up(threads, largest_count, pairs, of_threads):
    # Two tiles of numbers and of 100 columns; numpy's copies; room for 31 candidates of a row.
    expected = pairs + 2 * 8 * 100 + 40 * 100 + 2 * 64 * 65_536 + 24 * 1000
    expected += 1000 * (31 * 12 + 12) + of_threads
    figures = (1000, 1000, 100, largest_count)
    check_memory(*figures, k=10, threads=threads, memory_budget=expected)
    with pytest.raises(OverBudgetError) as refused:
        check_memory(*figures, k=10, threads=threads, memory_budget=expected - 1)
    assert refused.value.needed == expected


def test_a_refusal_names_what_the_leanest_way_needs():
    with pytest.raises(OverBudgetError) as refused:
        check_memory(10**8, 10**6, 10**5, 70_000, k=100, memory_budget=2 * 10**9)
    # 28 bytes for a pair with a wide count, and little beside them in many passes.
    assert refused.value.needed == pytest.approx(3.0e9, rel=0.1)
    assert "for 100,000,000 pairs, " in str(refused.value)


@pytest.mark.parametrize(
    ("gigabytes", "n_passes"), [(20, 1), (2, 2), (1, 3), (0.5, 14)], ids=lambda value: f"{value}"
)
def test_passes_are_as_few_as_the_budget_allows(gigabytes, n_passes):
    work = plan.Work(
        n_pairs=10_000_000,
        n_rows=1_000_000,
        n_columns=50_000,
        k=100,
        threads=2,
        is_wide=False,
        value_bytes=8,
    )
    assert n_passes == plan.fewest_passes(work, budget=gigabytes * 10**9)


def found_with_spares(pairs, spare, known=None, **options):
    """Return neighbours with `spare` more than K each, by the compiled kernel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "_FEW_PRODUCTS", -1)
        batches = known and known.to_batches
        return cosine_neighbours(*pairs, spare=spare, known=batches, **options)


def lists_without(table, gone):
    """Leave out rows, as such and as neighbours."""
    gone = pa.array(gone, pa.int32())
    return table.filter(
        pc.invert(pc.or_(pc.is_in(table["row_key"], gone), pc.is_in(table["neighbour_key"], gone)))
    )


@both_paths
@pytest.mark.parametrize("spare", [1, 5])
def test_with_spares_the_lists_are_longer_and_say_if_they_are_complete(spare):
    pairs = random_pairs(60, 40, 130)
    table = cosine_neighbours(*pairs, k=10, spare=spare)
    longer = cosine_neighbours(*pairs, k=10 + spare)
    assert table.schema == REFRESHABLE_SCHEMA
    assert table.drop("is_complete").equals(longer)
    n_listed = dict(Counter(table["row_key"].to_pylist()))
    assert {10 + spare} < set(n_listed.values())
    assert table["is_complete"].to_pylist() == [
        n_listed[row] < 10 + spare for row in table["row_key"].to_pylist()
    ]


@pytest.mark.parametrize("stride", [1, 10**6])
@pytest.mark.parametrize("largest_count", [1, 9])
def test_known_lists_spare_the_work_and_change_nothing(stride, largest_count):
    rows, columns, counts = random_pairs(400, 40, 2500, largest_count)
    pairs = (rows * stride, columns, counts)
    changed = [int(key) for key in np.unique(rows * stride)[[3, 70, 200]]]
    known = lists_without(found_with_spares(pairs, 4, k=8), changed)
    lines = []
    again = found_with_spares(pairs, 4, known, progress=lines.append, k=8)
    n_rows = len(set(rows))
    assert lines == [f"neighbours: 3 of {n_rows} rows to find, the others are known"]
    nearest = again.filter(pc.less_equal(again["rank"], 8)).drop("is_complete")
    assert nearest.equals(cosine_neighbours(*pairs, k=8))


def test_a_complete_list_may_be_short():
    # Twenty rows of three each, which share a column.
    pairs = {(row, row // 3): 1 for row in range(60)}
    known = lists_without(found_with_spares(as_arrays(pairs), 4, k=8), [0])
    lines = []
    again = found_with_spares(as_arrays(pairs), 4, known, k=8, progress=lines.append)
    assert lines == ["neighbours: 1 of 60 rows to find, the others are known"]
    assert again.equals(found_with_spares(as_arrays(pairs), 4, k=8))


def test_longer_lists_than_are_asked_for_may_be_known():
    pairs = random_pairs(400, 40, 2500)
    known = lists_without(found_with_spares(pairs, 200, k=100), [5])
    again = found_with_spares(pairs, 1, known, k=2)
    assert again.drop("is_complete").equals(cosine_neighbours(*pairs, k=3))


def test_where_much_has_changed_or_memory_is_short_all_rows_are_found():
    pairs = random_pairs(400, 40, 2500)
    n_rows = len(set(pairs[0]))
    lists = found_with_spares(pairs, 4, k=8)
    for known, budget in ((lists_without(lists, range(200)), 10**9), (lists, 0)):
        with pytest.MonkeyPatch.context() as patch:
            if not budget:
                patch.setattr(plan, "fewest_passes", lambda *_: 2)
            lines = []
            options = {"k": 8, "memory_budget": budget, "progress": lines.append}
            again = found_with_spares(pairs, 4, known, **options)
        assert lines == [f"neighbours: {n_rows} of {n_rows} rows to find, the others are known"]
        assert again.equals(lists)


@pytest.mark.parametrize("stride", [1, 10**6])
def test_known_rows_without_pairs_are_an_error(stride):
    rows, columns, counts = random_pairs(400, 40, 2500)
    known = found_with_spares((rows * stride, columns, counts), 4, k=8)
    for gone in (0, int(rows.max())):
        kept = rows != gone
        with pytest.raises(ValueError, match=f"known has the key {gone * stride}, but row_keys"):
            found_with_spares((rows[kept] * stride, columns[kept], counts[kept]), 4, known, k=8)


@both_paths
def test_progress_is_one_line_at_a_time(monkeypatch):
    monkeypatch.setattr(common, "_SECONDS_BETWEEN_LINES", 0)
    lines = []
    cosine_neighbours(*random_pairs(500, 90, 2500), k=10, progress=lines.append)
    n_rows = len(set(random_pairs(500, 90, 2500)[0]))
    assert lines[-1].startswith(f"neighbours: {n_rows:,} of {n_rows:,} rows (100%), ")
    assert lines[-1].endswith(" rows/s, 0 s left")
    assert all("\n" not in line and len(line) < 100 for line in lines)


def test_progress_says_how_long_it_will_take(monkeypatch):
    clock = iter([100.0, 120.0])
    monkeypatch.setattr(common.time, "monotonic", lambda: next(clock))
    lines = []
    common.Progress(3000, lines.append).add(600)
    assert lines == ["neighbours: 600 of 3,000 rows (20%), 30 rows/s, 80 s left"]


@both_paths
def test_short_runs_are_silent(monkeypatch):
    # An hour: on a busy machine, compiling alone may take longer than the usual ten seconds.
    monkeypatch.setattr(common, "_SECONDS_BETWEEN_LINES", 3600)
    lines = []
    cosine_neighbours(*random_pairs(100, 20, 500), k=10, progress=lines.append)
    assert lines == []


def test_importing_and_small_inputs_load_no_compiler():
    program = """
import sys
from also_bought.kernel.neighbours import cosine_neighbours
assert cosine_neighbours([1, 2], [1, 1], [1, 1], k=1).read_all().num_rows == 2
assert "numba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
