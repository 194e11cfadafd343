"""The regression of items on each other against its definition, solved item by item."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from also_bought.kernel.regression import REGRESSION_SCHEMA, item_regression

PAIRS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 6)), min_size=1, max_size=50)


def regressed_one_by_one(pairs):
    """Solve the ridge regression of each item on all others; {(predictor, item): weight}."""
    users, items = (sorted(set(keys)) for keys in zip(*pairs, strict=True))
    bought = np.array([[(user, item) in pairs for item in items] for user in users], float)
    penalty = bought.sum() / len(items)
    weights = {}
    for place, item in enumerate(items):
        others = np.delete(bought, place, axis=1)
        solution = np.linalg.solve(
            others.T @ others + penalty * np.eye(len(items) - 1), others.T @ bought[:, place]
        )
        predictors = items[:place] + items[place + 1 :]
        weights |= {(key, item): w for key, w in zip(predictors, solution, strict=True)}
    return weights


def found(pairs, **options):
    users, items = (np.array(keys) for keys in zip(*sorted(pairs), strict=True))
    return item_regression(users, items, **options)


@settings(deadline=None)
@given(PAIRS)
def test_weights_are_those_of_a_ridge_regression_of_each_item_on_all_others(pairs):
    table = found(pairs, n_items=7, k=6)
    rows = [tuple(row.values()) for row in table.to_pylist()]
    assert table.schema == REGRESSION_SCHEMA
    assert rows == sorted(rows, key=lambda row: (row[1], row[0]))
    by_pair = {(predictor, item): weight for predictor, item, weight in rows}
    for pair, weight in regressed_one_by_one(pairs).items():
        assert by_pair.get(pair, 0) == pytest.approx(weight * 1e6, abs=0.51)


def test_only_the_most_bought_items_are_in_the_model_and_the_strongest_weights_are_kept():
    # Items 1, 2 and 3 have three buyers each, item 0 has one.
    pairs = {(0, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (3, 2), (2, 3), (3, 3), (4, 3)}
    everything = found(pairs, n_items=3, k=2).to_pylist()
    assert {(row["predictor_key"], row["item_key"]) for row in everything} == {
        (1, 2), (1, 3), (2, 1), (2, 3), (3, 1), (3, 2)
    }  # fmt: skip
    strongest = found(pairs, n_items=3, k=1).to_pylist()
    assert next(row for row in everything if row["item_key"] == 1) == strongest[0]
    # 1 and 2 say equally much about 3: the lower key is kept.
    assert strongest[2]["predictor_key"] == 1


def test_weights_may_speak_against_an_item():
    # Who bought both 0 and 1 never bought 2, who bought one of them did.
    pairs = {(user, item) for user in range(6) for item in (0, 1)}
    pairs |= {(user, item) for user in (6, 7) for item in (0, 2)}
    weights = {
        (row["predictor_key"], row["item_key"]): row["weight_millionths"]
        for row in found(pairs, n_items=3, k=2).to_pylist()
    }
    assert weights[1, 2] < 0 < weights[0, 2]


@settings(deadline=None)
@given(PAIRS)
def test_some_items_solved_by_themselves_have_the_weights_that_all_have_together(pairs):
    weights = [
        {
            (row["predictor_key"], row["item_key"]): row["weight_millionths"]
            for row in found(pairs, n_items=7, k=7, **options).to_pylist()
        }
        for options in ({}, {"n_predicted": 3})
    ]
    together, by_themselves = weights
    predicted = {item for _, item in by_themselves}
    assert len(predicted) <= 3
    for pair in {pair for pair in together if pair[1] in predicted} | set(by_themselves):
        assert abs(together.get(pair, 0) - by_themselves.get(pair, 0)) <= 1


@pytest.mark.parametrize("n_predicted", [None, 3])
def test_without_items_there_is_no_weight(n_predicted):
    assert found({(0, 0), (0, 1)}, n_items=0, k=2, n_predicted=n_predicted).num_rows == 0
