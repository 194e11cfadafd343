"""The kernels at each cut: what is logged, and what is left out."""

import pyarrow as pa
import pytest
from dbt_common.events.event_manager_client import add_callback_to_manager

from also_bought.cuts import neighbours_by_cut

# At cut 0 three users share an item (3 multiplications), at cut 1 two do (1).
WEIGHTS = pa.table(
    {
        "cut_key": pa.array([0, 0, 0, 1, 1], pa.int32()),
        "user_key": pa.array([4, 5, 6, 4, 5], pa.int32()),
        "item_key": pa.array([9, 9, 9, 9, 9], pa.int32()),
        "weight": pa.array([1, 2, 3, 1, 2], pa.int64()),
    }
)


@pytest.fixture
def lines():
    """Return what is written to dbt's log."""
    written = []
    add_callback_to_manager(lambda event: written.append(event.info.msg))
    return written


def test_cuts_have_neighbours_of_their_own(lines):
    found = neighbours_by_cut(WEIGHTS, k=1, max_products=4)
    assert list(zip(*found.to_pydict().values(), strict=True)) == [
        (0, 4, 5, 1, 2, 1),
        (0, 5, 4, 1, 2, 1),
        (0, 6, 4, 1, 3, 1),
        (1, 4, 5, 1, 2, 1),
        (1, 5, 4, 1, 2, 1),
    ]
    assert lines == ["neighbours: 4 multiplications for 5 pairs"]


def test_more_work_than_the_limit_is_left_out_at_all_cuts(lines):
    found = neighbours_by_cut(WEIGHTS, k=1, max_products=3)
    assert found.num_rows == 0
    assert found.schema == neighbours_by_cut(WEIGHTS, k=1).schema
    assert lines[1] == "neighbours: none are looked for, 3 multiplications are the limit"
