"""The ways to rank that ours is compared with: `peers.py METHOD FOLDER DATA_SET LISTS`.

Reads the splits of a data set that run.py wrote into the folder. Each method's settings are chosen
per list by NDCG on the earlier split (of a sample of the users), as the project's build chooses its
blends on earlier cuts; then it makes its lists for the reported splits. All but ALS and LensKit's
are short enough to be written here.
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
    user_of_basket, basket, later = _baskets(split)
    n_baskets = np.bincount(user_of_basket, minlength=len(split.users))[user_of_basket]
    place = n_baskets - 1 - later
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


def item_cosine(split):
    """Rank by the cosine with the item that the user gives, of the customers who bought both."""
    return _cosine_with_given(split, matrix_of(split, np.ones(len(split.counts[0]))))


def basket_cosine(split):
    """Rank by the cosine with the item that the user gives, of the shopping days with both."""
    _, basket, _ = _baskets(split)
    shape = (basket.max() + 1, len(split.items))
    held = sparse.csr_matrix((np.ones(len(basket)), (basket, split.item)), shape)
    return _cosine_with_given(split, held)


def _cosine_with_given(split, held):
    """Rank by the cosine of two columns of 0 and 1."""
    lengths = np.sqrt(np.maximum(np.bincount(held.indices, minlength=len(split.items)), 1))
    scaled = sparse.csr_matrix(held @ sparse.diags(1 / lengths))
    return lambda users: (scaled[:, split.given[users]].T @ scaled).toarray()


def rp3_beta(split, alpha, beta, neighbours):
    """Walk three random steps, with less for best sellers (Paudel et al. 2017, RP3beta)."""
    user, item, _ = split.counts
    bought = matrix_of(split, np.ones(len(user)))
    to_items = _shares(bought).power(alpha)
    to_users = _shares(bought.T.tocsr()).power(alpha)
    buyers = np.bincount(item, minlength=len(split.items))
    damped = sparse.diags(np.where(split.catalogue, 1.0 / np.maximum(buyers, 1) ** beta, 0))
    walks = _largest_of_rows(to_users @ to_items @ damped, neighbours)
    return lambda users: (bought[users] @ walks).toarray()


def recent_item_knn(split, half_life, neighbours):
    """Sum the cosines of the user's items, those bought lately counting more."""
    user, item, _ = split.counts
    bought = matrix_of(split, np.ones(len(user)))
    buyers = np.bincount(item, minlength=len(split.items))
    scaled = bought @ sparse.diags(1 / np.sqrt(np.maximum(buyers, 1)))
    similar = (scaled.T @ scaled).tocsr()
    similar.setdiag(0)
    similar = _largest_of_rows(similar @ sparse.diags(split.catalogue.astype(float)), neighbours)
    shape = (len(split.users), len(split.items))
    worth = 0.5 ** ((split.days_ago - 1) / half_life)
    recent = sparse.csr_matrix((worth, (split.user, split.item)), shape)
    return lambda users: (recent[users] @ similar).toarray()


def user_knn_idf(split, neighbours):
    """Sum the cosines of the nearest users who bought an item; rare items count more."""
    user, item, _ = split.counts
    bought = matrix_of(split, np.ones(len(user)))
    buyers = np.bincount(item, minlength=len(split.items))
    weighted = bought @ sparse.diags(np.log(len(split.users) / np.maximum(buyers, 1)) + 1)
    lengths = np.sqrt(np.asarray(weighted.power(2).sum(axis=1)).ravel())
    weighted = sparse.diags(1 / lengths) @ weighted

    def score(users):
        similar = (weighted[users] @ weighted.T).tocsr()
        similar[np.arange(len(users)), users] = 0
        return (_largest_of_rows(similar, neighbours) @ bought).toarray()

    return score


def up_cf(split, baskets, asymmetry, locality):
    """Sum what similar users had in their last baskets (Faggioli et al. 2020, UP-CF)."""
    basket_user, basket, place = _baskets(split)
    n_baskets = np.bincount(basket_user, minlength=len(split.users))
    kept = place[basket] < baskets
    worth = 1 / np.minimum(n_baskets, baskets)[split.user[kept]]
    shape = (len(split.users), len(split.items))
    popularity = sparse.csr_matrix((worth, (split.user[kept], split.item[kept])), shape)
    bought = matrix_of(split, np.ones(len(split.counts[0])))
    sizes = np.bincount(split.counts[0], minlength=len(split.users)).astype(float)

    def score(users):
        shared = bought[users] @ bought.T
        similar = sparse.diags(sizes[users] ** -asymmetry) @ shared
        similar = (similar @ sparse.diags(sizes ** (asymmetry - 1))).power(locality)
        return (similar @ popularity).toarray()

    return score


def sequence_rules(split, steps, fading, damping):
    """Count what was bought a few shopping days after an item (Ludewig and Jannach 2018).

    The rules of all that the user bought are added, and fade by shopping day. A share of few
    buyers is damped.
    """
    basket_user, basket, place = _baskets(split)
    shape = (len(basket_user), len(split.items))
    held = sparse.csr_matrix((np.ones(len(basket)), (basket, split.item)), shape)
    following = sparse.csr_matrix((len(split.items),) * 2)
    for step in range(1, steps + 1):
        first = np.flatnonzero(basket_user[:-step] == basket_user[step:])
        following = following + held[first].T @ held[first + step] / step
    buyers = np.bincount(split.item, minlength=len(split.items))
    following = sparse.diags(1 / (buyers + damping)) @ following
    shape = (len(split.users), len(split.items))
    profile = sparse.csr_matrix((fading ** place[basket], (split.user, split.item)), shape)
    return lambda users: (profile[users] @ following).toarray()


def _baskets(split):
    """Return the user of each shopping day, from old to new; each row's day; days' later days."""
    day = split.user.astype(np.int64) * 100_000 + (99_999 - split.days_ago)
    days, basket = np.unique(day, return_inverse=True)
    user = days // 100_000
    return user, basket, np.searchsorted(user, user, side="right") - 1 - np.arange(len(days))


def _shares(matrix):
    """Divide each row by its sum."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    return sparse.diags(1 / np.maximum(sums, 1e-12)) @ matrix


def _largest_of_rows(matrix, n):
    """Keep the largest values of each row; of equal ones the first."""
    matrix = matrix.tocsr()
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, row))
    kept = order[np.arange(len(order)) - matrix.indptr[row] < n]
    return sparse.csr_matrix((matrix.data[kept], (row[kept], matrix.indices[kept])), matrix.shape)


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
            "neighbours": [100, 300, 900],
            "alpha": [0.1, 0.2, 0.5, 0.8],
        },
    ),
    "up_cf": (up_cf, {"baskets": [1, 5, 100], "asymmetry": [0.25, 0.5], "locality": [1, 5]}),
    "rp3_beta": (rp3_beta, {"alpha": [0.8, 1], "beta": [0.3, 0.6], "neighbours": [100, 500]}),
    "recent_item_knn": (
        recent_item_knn,
        {"half_life": [1, 7, 30, 90], "neighbours": [50, 300]},
    ),
    "user_knn_idf": (user_knn_idf, {"neighbours": [50, 100, 300, 900]}),
    "item_cosine": (item_cosine, {}),
    "basket_cosine": (basket_cosine, {}),
    "sequence_rules": (
        sequence_rules,
        {"steps": [1, 3], "fading": [0.1, 0.5], "damping": [1, 20]},
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
