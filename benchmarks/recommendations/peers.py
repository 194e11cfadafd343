"""The ways to rank that ours is compared with: `peers.py METHOD FOLDER DATA_SET LISTS`.

Reads the splits of a data set that run.py wrote into the folder. Each method's settings are chosen
per list by NDCG on the earlier split (of a sample of the users), as the project's build chooses its
blends on earlier cuts; then it makes its lists for the reported splits. The short ones (EASE,
TIFU-KNN) are written here.
"""

import itertools
import json
import resource
import sys
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
from evaluate import Split, top_items, user_ndcg
from scipy import linalg, sparse

EASE_ITEMS = 12_000
TRIAL_USERS = 2_000
# LensKit scores a user on groceries in minutes, not seconds, where all neighbours are kept.
SAVED_NEIGHBOURS = 500


def matrix_of(split, values):
    """Return users by items with a value for each distinct pair."""
    user, item, _ = split.counts
    shape = (len(split.users), len(split.items))
    return sparse.csr_matrix((values, (user, item)), shape)


def recent_share(split, days):
    """Return how often each item was bought in the last days, the best seller having 1."""
    recent = np.bincount(split.item[split.days_ago <= days], minlength=len(split.items))
    return recent / max(recent.max(), 1)


def top_sellers(split, days):
    """Rank by what sold best in the last days."""
    share = recent_share(split, days)
    return lambda users: np.broadcast_to(share, (len(users), len(share)))


def own_frequency(split, half_life):
    """Rank by the days the user bought it on; older ones count less if there is a half-life."""
    worth = np.ones(len(split.item)) if half_life is None else 0.5 ** (split.days_ago / half_life)
    shape = (len(split.users), len(split.items))
    matrix = sparse.csr_matrix((worth, (split.user, split.item)), shape)
    return lambda users: matrix[users].toarray()


def implicit_als(split, factors, alpha, regularization):
    """Factorise the logarithms of the counts."""
    from implicit.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    model = AlternatingLeastSquares(
        factors=factors,
        alpha=alpha,
        regularization=regularization,
        num_threads=2,
        random_state=1,
    )
    with threadpool_limits(1, "blas"):  # its own threads are enough, as its documentation says
        model.fit(matrix_of(split, np.log1p(split.counts[2])), show_progress=False)
    return lambda users: model.user_factors[users] @ model.item_factors.T


def lenskit_item_knn(split, neighbours):
    """Sum the similarities of an item's nearest neighbours that the user bought."""
    import pandas as pd
    from lenskit.data import ItemList, RecQuery, from_interactions_df
    from lenskit.knn import ItemKNNScorer

    user, item, _ = split.counts
    starts = np.searchsorted(user, np.arange(len(split.users) + 1))
    model = ItemKNNScorer(k=neighbours, save_nbrs=SAVED_NEIGHBOURS, feedback="implicit")
    model.train(from_interactions_df(pd.DataFrame({"user_id": user, "item_id": item})))
    wanted = ItemList(item_ids=np.flatnonzero(split.catalogue))

    def score(users):
        # Below every score: an item without neighbours comes last, by popularity.
        scores = np.full((len(users), len(split.items)), -1.0)
        for row, key in enumerate(users):
            bought = ItemList(item_ids=item[starts[key] : starts[key + 1]])
            found = model(RecQuery(user_items=bought), wanted).scores()
            scores[row, split.catalogue] = np.nan_to_num(found, nan=-1.0)
        return scores

    return score


@lru_cache(maxsize=1)
def _ease_weights(split, penalty):
    """Return the most bought items and the weights between them, in closed form."""
    buyers = np.bincount(split.counts[1], minlength=len(split.items)) * split.catalogue
    chosen = np.sort(np.argsort(-buyers, kind="stable")[:EASE_ITEMS])
    bought = matrix_of(split, np.ones(len(split.counts[0]), np.float32))[:, chosen]
    gram = np.asfortranarray((bought.T @ bought).toarray())
    gram[np.diag_indices_from(gram)] += penalty
    upper, failed = linalg.lapack.spotrf(gram, overwrite_a=True)
    inverse, failed_again = linalg.lapack.spotri(upper, overwrite_c=True)
    if failed or failed_again:
        raise ArithmeticError("the Gram matrix is not positive definite")
    diagonal = inverse.diagonal().copy()
    weights = np.triu(inverse, 1)
    weights += weights.T
    weights /= -diagonal
    return chosen, bought, weights


def ease(split, penalty, trend):
    """EASE on 0/1; `trend` adds what sold best in the last week, as a share of the best score."""
    chosen, bought, weights = _ease_weights(split, penalty)
    share = recent_share(split, 7)

    def score(users):
        scores = np.zeros((len(users), len(split.items)))
        scores[:, chosen] = bought[users] @ weights
        largest = scores.max(axis=1, keepdims=True)
        return scores + trend * largest * share

    return score


@lru_cache(maxsize=1)
def _tifu_vectors(split, groups, basket_decay, group_decay):
    """Return each user's baskets, weighted down in two steps: within a group, and by group."""
    day = split.user.astype(np.int64) * 100_000 + (99_999 - split.days_ago)
    days, basket = np.unique(day, return_inverse=True)
    user_of_basket = days // 100_000
    n_baskets = np.bincount(user_of_basket, minlength=len(split.users))[user_of_basket]
    place = np.arange(len(days)) - np.searchsorted(user_of_basket, user_of_basket)
    n_groups = np.minimum(n_baskets, groups)
    group = place * n_groups // n_baskets
    group_end = -(-(group + 1) * n_baskets // n_groups)
    group_start = -(-group * n_baskets // n_groups)
    worth = basket_decay ** (group_end - 1 - place) / (group_end - group_start)
    worth *= group_decay ** (n_groups - 1 - group) / n_groups
    shape = (len(split.users), len(split.items))
    return sparse.csr_matrix((worth[basket], (split.user, split.item)), shape)


def tifu_knn(split, groups, basket_decay, group_decay, neighbours, alpha):
    """Mix a user's own decayed baskets with those of the users whose baskets are nearest."""
    vectors = _tifu_vectors(split, groups, basket_decay, group_decay)
    squares = np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel()

    def score(users):
        distances = squares - 2 * (vectors[users] @ vectors.T).toarray()
        distances[np.arange(len(users)), users] = np.inf
        nearest = np.argpartition(distances, neighbours, axis=1)[:, :neighbours]
        chosen = sparse.csr_matrix(
            (
                np.full(nearest.size, 1 / neighbours),
                nearest.ravel(),
                np.arange(0, nearest.size + 1, neighbours),
            ),
            (len(users), len(squares)),
        )
        return (alpha * vectors[users] + (1 - alpha) * (chosen @ vectors)).toarray()

    return score


# What is tried on the earlier split: every combination.
METHODS = {
    "top_sellers_7_days": (top_sellers, {"days": [7]}),
    "top_sellers_28_days": (top_sellers, {"days": [28]}),
    "top_sellers_all_time": (top_sellers, {"days": [100_000]}),
    "own_frequency": (own_frequency, {"half_life": [None]}),
    "own_frequency_half_life_180": (own_frequency, {"half_life": [180]}),
    "implicit_als": (
        implicit_als,
        {"factors": [64, 256], "alpha": [1, 10], "regularization": [1, 10, 100]},
    ),
    "lenskit_item_knn": (lenskit_item_knn, {"neighbours": [20]}),
    "ease": (ease, {"penalty": [100, 400, 1600], "trend": [0]}),
    "ease_and_trend": (ease, {"penalty": [100, 400, 1600], "trend": [0.1, 0.3, 1]}),
    "tifu_knn": (
        tifu_knn,
        {
            "groups": [3, 7],
            "basket_decay": [0.9],
            "group_decay": [0.7],
            "neighbours": [100, 300],
            "alpha": [0.2, 0.5, 0.8],
        },
    ),
}


def choose(method, grid, earlier, lists):
    """Return the settings that did best on the earlier split, per list."""
    trials = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    if len(trials) == 1:
        return dict.fromkeys(lists, trials[0])
    found = {which: [] for which in lists}
    for settings in trials:
        score = method(earlier, **settings)
        for which in lists:
            _, ndcg = user_ndcg(earlier, which, top_items(earlier, which, score))
            found[which].append((float(ndcg.mean()), settings))
        print(settings, {which: found[which][-1][0] for which in lists}, file=sys.stderr)
    return {which: max(trial, key=lambda pair: pair[0])[1] for which, trial in found.items()}


def main(name, folder, data_set, lists):
    """Choose settings, make the lists of the reported splits, and say what it took."""
    method, grid = METHODS[name]
    folder, lists = Path(folder), lists.split(",")
    earlier = Split.load(folder / f"{data_set}_earlier.npz").with_targets_of(TRIAL_USERS)
    settings = choose(method, grid, earlier, lists)
    seconds = []
    for file in sorted(folder.glob(f"{data_set}_reported_*.npz")):
        split = Split.load(file)
        started = time.perf_counter()
        found = {}
        for which in lists:
            found[which] = top_items(split, which, method(split, **settings[which]))
        seconds.append(time.perf_counter() - started)
        np.savez(folder / f"lists_{name}_{split.name}.npz", **found)
    figures = {
        "settings": settings,
        "seconds": sum(seconds) / len(seconds),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    (folder / f"figures_{name}_{data_set}.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
