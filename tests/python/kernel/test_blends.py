"""The regression that blends are learned by, on candidates whose weights are known."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from also_bought.kernel.blends import learned_blend

SIGNED = np.array([False, False, False, True])


def candidates(weights, n_rows=60_000):
    """Return signals, and what is bought where each is worth so much of the log-odds."""
    chance = np.random.default_rng(7)
    signals = chance.random((n_rows, len(weights)))
    log_odds = signals @ np.array(weights) - 3
    return signals, chance.random(n_rows) < 1 / (1 + np.exp(-log_odds)), np.ones(n_rows)


def test_known_weights_are_found_in_tenths_of_the_largest():
    found = learned_blend(*candidates([4, 2, 0, -2.8]), SIGNED)
    assert found == pytest.approx([1, 0.5, 0, -0.7], abs=0.051)


def test_only_a_signal_that_may_count_against_an_item_does():
    signals, is_target, rows = candidates([4, 2, -4, 0])
    found = learned_blend(signals, is_target, rows, SIGNED)
    assert found[2] == 0
    without = learned_blend(signals[:, [0, 1, 3]], is_target, rows, SIGNED[[0, 1, 3]])
    assert found[[0, 1, 3]].tolist() == without.tolist()
    assert learned_blend(signals, is_target, rows, ~SIGNED | SIGNED)[2] < -0.9


def test_rows_count_as_their_weights_say():
    """Two kinds of users, of whom the second alone go by the second signal."""
    signals, first, rows = candidates([4, 0, 0, 0])
    _, second, _ = candidates([0, 4, 0, 0])
    both = np.concatenate([signals, signals]), np.concatenate([first, second])
    heavy = np.concatenate([rows, 50 * rows])
    assert learned_blend(*both, np.concatenate([rows, rows]), SIGNED)[0] > 0.9
    assert learned_blend(*both, heavy, SIGNED)[0] < 0.2
    assert learned_blend(*both, 1000 * heavy, SIGNED).tolist() == (
        learned_blend(*both, heavy, SIGNED).tolist()
    )


def test_the_order_of_rows_and_threads_change_no_bit():
    signals, is_target, rows = candidates([4, 2, 0, -2.8], n_rows=5_000)
    expected = learned_blend(signals, is_target, rows, SIGNED).tobytes()
    order = np.random.default_rng(1).permutation(len(rows))
    for threads in (1, 2):
        with threadpool_limits(limits=threads):
            again = learned_blend(signals[order], is_target[order], rows[order], SIGNED)
        assert again.tobytes() == expected


def test_a_week_later_one_weight_at_most_moves_and_by_a_tenth():
    """A quarter of the days that a build learns from have gone, and as many have come."""
    signals, is_target, rows = candidates([4, 2, 0, -2.8], n_rows=75_000)
    before, after = (
        learned_blend(signals[days], is_target[days], rows[days], SIGNED)
        for days in (slice(0, 60_000), slice(15_000, 75_000))
    )
    assert np.count_nonzero(after != before) <= 1
    assert np.abs(after - before).max() < 0.11


@pytest.mark.parametrize(
    ("signals", "is_target"),
    [
        pytest.param([[1.0], [0.0]], [True, True], id="all were bought"),
        pytest.param([[1.0], [0.0]], [False, False], id="none was bought"),
        pytest.param([[0.0], [0.0]], [True, False], id="no signal says anything"),
    ],
)
def test_nothing_is_learned_where_nothing_tells(signals, is_target):
    found = learned_blend(np.array(signals), np.array(is_target), np.ones(2), np.array([False]))
    assert found is None
