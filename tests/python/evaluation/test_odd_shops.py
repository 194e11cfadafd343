"""Small and odd shops: lists are sensible, sentences true, and nothing is silently empty.

A shop is lines of customer, product, order and day, in the place of the demo shop's orders. All
data tests run on it, among them those that count again what each reason and each shortfall says.
"""

import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from dbt_project import IS_LONG, Project
from drawn_orders import put_orders

Line = tuple[str, str, str, int]


def few_customers(random: np.random.Generator) -> Iterator[Line]:
    """187 customers order a few products, most of them of one kind, some again."""
    for user in range(187):
        for day in random.choice(300, size=random.integers(1, 9), replace=False):
            for item in random.choice(12, size=random.integers(1, 4), replace=False):
                kind = user % 5 if random.random() < 0.6 else random.integers(5)
                yield f"C{user}", f"P{kind}-{item}", f"O{user}-{day}", int(day)


def one_order_each(random: np.random.Generator) -> Iterator[Line]:
    """400 customers order once, three products of one kind."""
    for user in range(400):
        day = int(random.integers(200))
        for item in random.choice(8, size=3, replace=False):
            yield f"C{user}", f"P{user % 8}-{item}", f"O{user}", day


def seasons(random: np.random.Generator) -> Iterator[Line]:
    """200 customers order of 40 products that are sold for 90 days, then of 40 others."""
    for user in range(200):
        for day in random.choice(450, size=12, replace=False):
            for item in random.choice(10, size=2, replace=False):
                taste = user % 4 if random.random() < 0.6 else random.integers(4)
                yield f"C{user}", f"S{day // 90}-{taste}-{item}", f"O{user}-{day}", int(day)


def three_hits(random: np.random.Generator) -> Iterator[Line]:
    """300 customers order, and nine lines of ten are of three products."""
    for user in range(300):
        for day in random.choice(200, size=random.integers(1, 6), replace=False):
            items = {
                f"HIT{random.integers(3)}" if random.random() < 0.9 else f"P{random.integers(60)}"
                for _ in range(3)
            }
            for item in sorted(items):
                yield f"C{user}", item, f"O{user}-{day}", int(day)


def nothing_twice(random: np.random.Generator) -> Iterator[Line]:
    """250 customers come back within 23 days, and buy nothing twice."""
    for user in range(250):
        items = iter(random.permutation(20))
        for day in random.choice(23, size=random.integers(2, 5), replace=False):
            for _, item in zip(range(2), items, strict=False):
                yield f"C{user}", f"P{user % 6}-{item}", f"O{user}-{day}", int(day)


def wide_orders(random: np.random.Generator) -> Iterator[Line]:
    """100 customers order 74 lines at once, most of them of one kind, three to six times."""
    for user in range(100):
        kinds = np.arange(600) // 150 == user % 4
        share = np.where(kinds, 4, 1) / np.where(kinds, 4, 1).sum()
        for day in random.choice(200, size=random.integers(3, 7), replace=False):
            for item in random.choice(600, size=74, replace=False, p=share):
                yield f"C{user}", f"P{item // 150}-{item}", f"O{user}-{day}", int(day)


# Each shop with what some verdicts must say of it. The most telling are always built.
SHOPS = {
    one_order_each: {
        "explore": "Not enough data: 0 of the 400 users with a list bought",
        "with_item": " users who bought several items, by what they bought beside one of them",
    },
    seasons: {"with_item": "Better than "},
}
if IS_LONG:
    SHOPS |= {
        few_customers: {"for_you": " of the 187 users with a list"},
        wide_orders: {"explore": "Better than "},
        three_hits: {"with_item": " users who bought several items"},
        nothing_twice: {"buy_again": "Nobody buys again: of 250 users"},
    }


@pytest.fixture(scope="module", params=SHOPS, ids=lambda shop: shop.__name__)
def odd_shop(request, built_demo, tmp_path_factory):
    """Return a shop with its lists built and tested, and what verdicts must say of it."""
    shutil.copytree(built_demo.root, root := tmp_path_factory.mktemp("odd") / "shop")
    project = Project(root, built_demo.database.name)
    put_orders(project, list(request.param(np.random.default_rng(7))))
    project.dbt(
        *("build", "--select", "path:models/interactions+", "--exclude-resource-type", "unit_test")
    )
    return project, SHOPS[request.param]


def test_a_shop_has_verdicts_without_alarm_and_a_reason_for_what_is_missing(odd_shop):
    project, said = odd_shop
    assert project.rows("select * from main_evaluation.leak_checks where state = 'alarm'") == []
    sentences = dict(
        project.rows("select list, sentence from main_published.recommendation_verdicts")
    )
    assert len(sentences) == 4
    for list_, words in said.items():
        assert words in sentences[list_]
    # The data tests compare the numbers of rows with the rows, and the reasons with the numbers.
    [(lists, short)] = project.rows("""
        with lists as (
            select row_count < wanted_rows as is_short, shortfall_reason
            from main_published.user_recommendation_lists
            union all
            select also_bought_rows < wanted_rows, shortfall_reason
            from main_published.item_recommendation_lists
        )
        select count(*), count(*) filter (is_short and shortfall_reason is null) from lists
    """)
    assert lists > 0
    assert short == 0


def test_lists_name_what_is_sold_this_season(odd_shop):
    project, _ = odd_shop
    if not project.rows("select * from main_interactions.stale_items where cut_key = 0"):
        pytest.skip("all that this shop sells was sold lately")
    # Products of the seasons 0 to 2 were last sold more than 120 days ago; season 4 is now.
    named = project.rows("""
        select substr(recommended_item_id, 1, 2) as season, count(*)
        from main_published.item_recommendations group by season order by season
    """)
    assert {season for season, _ in named} <= {"S3", "S4"}
    assert named[-1][0] == "S4"
    [(explored, of_now)] = project.rows("""
        select count(*), count(*) filter (item_id like 'S4%')
        from main_published.user_recommendations where list = 'explore'
    """)
    assert of_now > 0.9 * explored > 0
