"""Summed votes against a plain reading of their definition."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from also_bought.kernel.votes import VOTE_SCHEMA, strongest_votes

KEYS = st.integers(0, 7)
STRENGTHS = st.integers(0, 10**6)
TRIPLES = st.dictionaries(st.tuples(KEYS, KEYS), STRENGTHS, max_size=30)
PAIRS = st.sets(st.tuples(KEYS, KEYS), max_size=30)


def columns(triples):
    rows = [(*pair, strength) for pair, strength in triples.items()]
    return [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)] or [
        np.empty(0, np.int64)
    ] * 3


def pair_columns(pairs):
    return columns(dict.fromkeys(pairs, 1))[:2]


def summed(voters, ballots):
    scores = Counter()
    for (user, voter), strength in voters.items():
        for (ballot_voter, item), ballot in ballots.items():
            if voter == ballot_voter:
                scores[user, item] += strength * ballot
    return {pair: score for pair, score in scores.items() if score > 0}


def strongest(scores, owned, k):
    kept = {}
    for user in {user for user, _ in scores}:
        for bought in (True, False):
            of_kind = [
                (-score, item)
                for (owner, item), score in scores.items()
                if owner == user and ((user, item) in owned) == bought
            ]
            kept.update({(user, item): -score for score, item in sorted(of_kind)[:k]})
    return kept


# The first example compiles the loops.
@settings(deadline=None)
@given(TRIPLES, TRIPLES, PAIRS, st.integers(1, 4), st.integers(1, 3))
def test_votes_are_summed_and_the_strongest_of_both_kinds_kept(voters, ballots, owned, k, threads):
    found = strongest_votes(
        columns(voters), columns(ballots), pair_columns(owned), k=k, threads=threads
    )
    rows = [tuple(row.values()) for row in found.to_pylist()]
    assert found.schema == VOTE_SCHEMA
    assert rows == sorted(rows)
    assert {(user, item): score for user, item, _, score in rows} == strongest(
        summed(voters, ballots), owned, k
    )
    assert all(is_bought == ((user, item) in owned) for user, item, is_bought, _ in rows)


def test_blocks_of_users_are_joined_in_order():
    users = np.arange(1000)
    found = strongest_votes(
        (users, users % 7, np.full(1000, 3)),
        (np.arange(7), np.arange(7) + 20, np.full(7, 5)),
        (np.empty(0, int), np.empty(0, int)),
        k=1,
    )
    assert found["user_key"].to_pylist() == users.tolist()
    assert found["item_key"].to_pylist() == (users % 7 + 20).tolist()
    assert set(found["vote_score"].to_pylist()) == {15}
