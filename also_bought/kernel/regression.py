"""Items that predict other items: a linear model between the most bought ones, in closed form."""

import numpy as np
import pyarrow as pa
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits

from also_bought.kernel.matrix import Integers

REGRESSION_SCHEMA = pa.schema(
    [
        pa.field("predictor_key", pa.int32(), nullable=False),
        pa.field("item_key", pa.int32(), nullable=False),
        pa.field("weight_millionths", pa.int32(), nullable=False),
    ]
)


def item_regression(
    users: Integers, items: Integers, *, n_items: int, k: int, n_predicted: int | None = None
) -> pa.Table:
    """Regress who bought an item on what else they bought, for each of the most bought items.

    With X the users by items, 0 or 1, the weights B minimise ``|X - X B|² + λ |B|²`` with a zero
    diagonal. With ``P = (X'X + λ I)⁻¹`` they are ``B[i, j] = -P[i, j] / P[j, j]``
    (Steck 2019, "Embarrassingly shallow autoencoders for sparse data", equation 8). Unlike a
    similarity, a weight is what an item says about another beyond what all other items say; it may
    be negative. The penalty λ is the mean number of buyers of these items, the scale of the
    diagonal of X'X, so that it suits small shops and large ones.

    Parameters
    ----------
    users, items : integer arrays, each of shape (n_pairs,)
        User key and item key of what was bought, each pair once.
    n_items : int
        How many items are in the model, those with the most buyers; of equal ones the lower keys.
        Time grows with its cube, memory with its square: 2,000 items take 100 MB.
    k : int
        Weights kept per predicted item, those that are farthest from zero.
    n_predicted : int, optional
        Only so many items are predicted, spread evenly over the keys of those in the model. Each is
        solved for by itself, at a tenth of the time of all.

    Returns
    -------
    pyarrow.Table
        `REGRESSION_SCHEMA`, sorted by item and predictor; no weight is zero. Of equally large
        weights those of the lower predictors are kept. Rounded to millionths, so that a sum in
        another order gives the same table.
    """
    keys, columns, buyers = np.unique(items, return_inverse=True, return_counts=True)
    chosen = np.sort(np.argsort(-buyers, kind="stable")[:n_items])
    bought = sparse.csr_array((np.ones(len(users)), (users, columns)))[:, chosen]
    gram = (bought.T @ bought).toarray()
    gram[np.diag_indices_from(gram)] += gram.trace() / max(len(chosen), 1)
    # dbt keeps the other cores busy, and more threads of BLAS than free cores wait for each other.
    with threadpool_limits(limits=1, user_api="blas"):
        if n_predicted is None:
            predicted = np.arange(len(chosen))
            precision = linalg.inv(gram, overwrite_a=True, check_finite=False, assume_a="pos")
        else:
            predicted = np.arange(len(chosen))[:: max(1, len(chosen) // n_predicted)][:n_predicted]
            precision = linalg.solve(gram, np.eye(len(chosen))[:, predicted], assume_a="pos")
    of_itself = predicted, np.arange(len(predicted))
    weights = np.rint(-1e6 * precision / precision[of_itself]).astype(np.int32)
    weights[of_itself] = 0
    strongest = np.argsort(-np.abs(weights), axis=0, kind="stable")[:k]
    predictors = np.sort(strongest, axis=0).T.ravel()
    at = np.repeat(np.arange(len(predicted)), len(strongest))
    values = weights[predictors, at]
    found = values != 0
    items = keys[chosen[predicted]][at]
    rows = (keys[chosen[predictors[found]]], items[found], values[found])
    return pa.table([pa.array(row, pa.int32()) for row in rows], schema=REGRESSION_SCHEMA)
