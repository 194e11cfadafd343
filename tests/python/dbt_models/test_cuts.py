"""The kernels at each cut: what is logged, what is left out and what is refused."""

from traceback import format_exception

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from dbt_common.events.event_manager_client import add_callback_to_manager

from also_bought.dbt_models import cuts
from also_bought.dbt_models.cuts import RefusedWorkError, neighbours_by_cut, votes_by_cut
from also_bought.kernel.votes import strongest_votes

NEEDS = {"k": 1, "threads": 2, "memory_budget": 100_000_000}

# At cut 0 three users share an item (3 multiplications), at cut 1 two do (1).
WEIGHTS = pa.table(
    {
        "cut_key": pa.array([0, 0, 0, 1, 1], pa.int32()),
        "user_key": pa.array([4, 5, 6, 4, 5], pa.int32()),
        "item_key": pa.array([9, 9, 9, 9, 9], pa.int32()),
        "weight": pa.array([1, 2, 3, 1, 2], pa.int64()),
    }
)


def weights():
    return duckdb.from_arrow(WEIGHTS)


@pytest.fixture
def lines():
    """Return what is written to dbt's log."""
    written = []
    add_callback_to_manager(lambda event: written.append(event.info.msg))
    return written


def test_cuts_have_neighbours_of_their_own(lines):
    found = neighbours_by_cut(weights(), **NEEDS, max_products=4).read_all()
    assert list(zip(*found.to_pydict().values(), strict=True)) == [
        (0, 4, 5, 1, 2, 1),
        (0, 5, 4, 1, 2, 1),
        (0, 6, 4, 1, 3, 1),
        (1, 4, 5, 1, 2, 1),
        (1, 5, 4, 1, 2, 1),
    ]
    assert lines == ["neighbours: 4 multiplications for 5 pairs"]


def test_only_what_is_eligible_at_a_cut_is_a_neighbour_there():
    eligible = duckdb.sql(
        "select * from (values (0, 6), (1, 5), (1, 4), (2, 4)) as eligible (cut_key, user_key)"
    )
    found = neighbours_by_cut(weights(), **NEEDS, eligible=eligible).read_all()
    assert list(zip(*found.to_pydict().values(), strict=True)) == [
        (0, 4, 6, 1, 3, 1),
        (0, 5, 6, 1, 6, 1),
        (1, 4, 5, 1, 2, 1),
        (1, 5, 4, 1, 2, 1),
    ]


def test_more_work_than_the_limit_is_left_out_at_all_cuts(lines):
    found = neighbours_by_cut(weights(), **NEEDS, max_products=3).read_all()
    assert found.num_rows == 0
    assert found.schema == neighbours_by_cut(weights(), **NEEDS).schema
    assert lines[1] == "neighbours: none are looked for, 3 multiplications are the limit"


def test_a_cut_that_does_not_fit_is_refused_in_three_lines_before_any_work(lines):
    with pytest.raises(RefusedWorkError) as refused:
        neighbours_by_cut(weights(), **NEEDS | {"memory_budget": 1_000_000})
    what, where, what_to_do = str(refused.value).splitlines()
    assert what.startswith("Finding these neighbours needs at least 0.02 GB (")
    assert where.endswith("user_key, cut 0; the var also_bought__neighbours_memory_mb")
    needed = int(
        what_to_do.removeprefix("What to do: set it to ").removesuffix(" megabytes or more.")
    )
    assert neighbours_by_cut(weights(), **NEEDS | {"memory_budget": needed * 10**6}).read_all()
    with pytest.raises(RefusedWorkError):
        neighbours_by_cut(weights(), **NEEDS | {"memory_budget": (needed - 1) * 10**6})
    # As dbt-duckdb prints it.
    printed = "".join(format_exception(refused.value))
    assert printed == f"also_bought.dbt_models.cuts.RefusedWorkError: {refused.value}\n"


def test_weights_too_large_for_the_compiled_kernel_are_refused_alike(lines):
    # A hundred users of two thousand items: squares beyond 64 bits, and 20 million products.
    large = duckdb.sql(
        f"""
        select 7 as cut_key, i % 100 as user_key, i // 100 as item_key, {2**32} as weight
        from range(200000) as numbers (i)
        """
    )
    with pytest.raises(RefusedWorkError, match="products at once") as refused:
        neighbours_by_cut(large, **NEEDS | {"memory_budget": 100_000_000})
    assert "user_key, cut 7; the var also_bought__neighbours_memory_mb" in str(refused.value)


def test_blocks_of_users_change_no_vote(monkeypatch):
    monkeypatch.setattr(cuts, "_USERS_AT_ONCE", 7)
    random = np.random.default_rng(1)

    def drawn():
        pairs = np.unique(random.integers(0, 40, (600, 2)), axis=0)
        return np.column_stack([pairs, random.integers(1, 9, len(pairs))])

    # Users 10 and 11 have no voters, and the last block has one user.
    voters, ballots, owned = drawn(), drawn(), drawn()[:, :2]
    voters = voters[(voters[:, 0] != 10) & (voters[:, 0] != 11) & (voters[:, 0] < 36)]

    def relation(rows, names, signals=("",)):
        """Return the rows at cuts 3 and 5, once for each signal."""
        columns = [np.tile(column, 2 * len(signals)) for column in rows.T]
        cuts = np.repeat([3, 5], len(rows) * len(signals))
        of_signal = np.tile(np.repeat(signals, len(rows)), 2)
        return duckdb.from_arrow(
            pa.table([cuts, of_signal, *columns], names=["cut_key", "signal", *names])
        )

    signals = ("by_items", "by_users")
    found = votes_by_cut(
        relation(voters, ["user_key", "voter_key", "strength"], signals),
        relation(ballots, ["voter_key", "item_key", "strength"], signals),
        relation(owned, ["user_key", "item_key"]).select("cut_key, user_key, item_key"),
        k=4,
    ).read_all()
    expected = strongest_votes(voters.T, ballots.T, owned.T, k=4)
    n = expected.num_rows
    assert n > 100
    assert found["cut_key"].to_pylist() == [3] * 2 * n + [5] * 2 * n
    assert found["signal"].to_pylist() == ([signals[0]] * n + [signals[1]] * n) * 2
    for part in range(4):
        assert found.drop(["cut_key", "signal"]).slice(part * n, n).equals(expected)


def test_dbt_prints_a_refusal_in_five_lines(demo):
    model = "python_models/item_neighbours_python.py"
    demo.edit(model, 'meta["memory_budget_mb"] * 1_000_000', 'meta["memory_budget_mb"]')
    printed = demo.dbt("--quiet", "run", "--select", "item_neighbours_python", succeeds=False)
    assert "Traceback" not in printed
    refusal = printed[printed.index("Runtime Error") :].strip().splitlines()
    assert len(refusal) == 5
    assert refusal[3].endswith("item_key, cut 0; the var also_bought__neighbours_memory_mb")
