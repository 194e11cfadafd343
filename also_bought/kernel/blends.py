"""What each signal of a candidate says about whether it will be bought: a logistic regression."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float64]

# Stronger ones were no better on any shop: 3, 10, 30 and 100 were tried.
_PENALTY = 3.0
_MOST_STEPS = 50
_TENTHS = 10


def learned_blend(
    signals: Floats, is_target: NDArray[np.bool_], row_weights: Floats, signed: NDArray[np.bool_]
) -> Floats | None:
    """Find the weights that tell candidates that were bought from those that were not.

    They maximise the likelihood of a logistic regression with an intercept, less half of
    `_PENALTY` times their squares, and are not below zero but for those that may be. It is solved
    by projected Newton steps (Bertsekas 1982, "Projected Newton methods for optimization problems
    with simple constraints"), which end where no weight changes by a millionth.

    Parameters
    ----------
    signals : float array of shape (n_rows, n_signals)
        Between 0 and 1.
    is_target : boolean array of shape (n_rows,)
        Whether the candidate was bought.
    row_weights : float array of shape (n_rows,)
        How much each row counts; only their proportions matter.
    signed : boolean array of shape (n_signals,)
        Which weights may be below 0.

    Returns
    -------
    float array of shape (n_signals,) or None
        Tenths between -1 and 1; the largest is 1 or -1. So they are readable, and a few
        candidates more or less change none. None where nothing can be learned: all rows were
        bought, none was, or no signal tells them apart.
    """
    if is_target.all() or not is_target.any():
        return None
    # dbt keeps the other cores busy, and sums in another order would end in other bits.
    with threadpool_limits(limits=1, user_api="blas"):
        weights = _fitted(signals, is_target, row_weights / row_weights.mean(), signed)
    largest = np.abs(weights).max()
    # A zero of one sign: an equal table whichever way it was reached.
    return np.rint(weights / largest * _TENTHS) / _TENTHS + 0.0 if largest > 0 else None


def _fitted(
    signals: Floats, is_target: NDArray[np.bool_], row_weights: Floats, signed: NDArray[np.bool_]
) -> Floats:
    """Return the weights of the most likely regression."""
    design = np.column_stack([np.ones(len(signals)), signals])
    penalties = np.r_[0.0, np.full(signals.shape[1], _PENALTY)]
    bounded = ~np.r_[True, signed]

    def loss(of: Floats) -> Any:
        log_odds = design @ of
        misses = np.logaddexp(0, log_odds) - is_target * log_odds
        return row_weights @ misses + penalties @ of**2 / 2

    weights = np.zeros(len(penalties))
    share = np.average(is_target, weights=row_weights)
    weights[0] = np.log(share / (1 - share))
    for _ in range(_MOST_STEPS):
        likely = expit(design @ weights)
        slope = design.T @ (row_weights * (likely - is_target)) + penalties * weights
        # A weight at its bound stays there while it would go below.
        free = ~(bounded & (weights <= 0) & (slope > 0))
        moving = design[:, free]
        curvature = (moving.T * (row_weights * likely * (1 - likely))) @ moving
        curvature[np.diag_indices_from(curvature)] += penalties[free]
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curvature, slope[free])
        now, length = loss(weights), 1.0
        while True:
            moved = weights - length * step
            moved[bounded] = np.maximum(moved[bounded], 0)
            if loss(moved) <= now or length < 1e-6:
                break
            length /= 2
        change = np.abs(moved - weights).max()
        weights = moved
        if change < 1e-6:
            break
    return weights[1:]
