"""Blends at each cut: what they are learned from, and what they must not know."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from also_bought.dbt_models.blends import LEARNED_SCHEMA, learned_weights

SIGNALS = ["own_history", "user_neighbours", "sold_ever"]


def candidates(bought_by):
    """Return candidates of each cut, of which users buy by one signal: {cut: signal}."""
    chance = np.random.default_rng(3)
    tables = []
    for cut, signal in bought_by.items():
        n_rows = 2_000
        signals = {name: chance.random(n_rows) for name in SIGNALS}
        tables.append(
            pa.table(
                {
                    "cut_key": pa.array(np.full(n_rows, cut), pa.int32()),
                    "list": pa.array(["explore"] * n_rows),
                    "user_key": pa.array(np.arange(n_rows) // 20, pa.int32()),
                    "item_key": pa.array(np.arange(n_rows) % 20, pa.int32()),
                    "is_target": signals[signal] > 0.8,
                    "row_weight": np.full(n_rows, 0.25),
                }
                | signals
            )
        )
    return pa.concat_tables(tables)


def learned(table, signed=("sold_ever",)):
    found = learned_weights(duckdb.from_arrow(table), signed=list(signed))
    assert found.schema == LEARNED_SCHEMA
    return found


def strongest(table):
    """Return the signal of weight 1 and the latest cut that was read: {cut: (signal, cut)}."""
    return {
        row["cut_key"]: (row["signal"], row["learned_from_cut"])
        for row in learned(table).to_pylist()
        if row["weight"] == 1
    }


def test_a_blend_knows_the_cuts_before_and_production_has_that_of_the_reported_cut():
    bought_by = {4: "own_history", 3: "user_neighbours", 2: "user_neighbours"}
    assert strongest(candidates(bought_by)) == {
        0: ("user_neighbours", 2),
        1: ("user_neighbours", 2),
        3: ("own_history", 4),
    } | {2: strongest(candidates(bought_by))[2]}
    assert strongest(candidates(bought_by))[2][1] == 3


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_what_was_bought_after_a_cut_changes_no_blend_of_that_cut_or_an_earlier_one(cut):
    bought_by = {4: "own_history", 3: "user_neighbours", 2: "own_history", 1: "own_history"}
    before, after = (
        [row for row in learned(candidates(by)).to_pylist() if row["cut_key"] >= cut]
        for by in (bought_by, bought_by | {cut: "sold_ever"})
    )
    assert before == after


def test_one_trial_cut_is_tried_by_nobody_and_none_teaches_nothing():
    assert set(strongest(candidates({2: "own_history"}))) == {0, 1}
    assert learned(candidates({2: "own_history"}).slice(0, 0)).num_rows == 0


def test_the_order_of_rows_and_threads_change_no_bit():
    table = candidates({3: "own_history", 2: "user_neighbours"})
    shuffled = table.take(np.random.default_rng(1).permutation(table.num_rows))
    duckdb.sql("set threads = 2")
    assert learned(shuffled).equals(learned(table))
