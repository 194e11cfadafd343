"""When customers buy again, in a world in which each item has its days."""

import random
from datetime import datetime, timedelta

import pytest
from dbt_project import Project
from planted_shop import planted_shop

BEGIN = datetime(2025, 1, 1, 12)
DAYS, CUSTOMERS, ITEMS = 200, 120, 30


def days_of(item: int) -> int:
    """Return after how many days an item is bought again."""
    return 20 + item


def write_line(customer: str, item: str, day: int) -> tuple:
    """Return a line of an order that holds nothing else."""
    return (f"{customer}-{item}-{day}", customer, item, BEGIN + timedelta(days=day))


def planted_orders() -> list[tuple]:
    """Return orders of customers who buy ten items each by its days, more or less.

    At one time of six they stop, and take up another item in its place. Each third week they
    also buy something that they know already, at any time.
    """
    chance = random.Random(30)
    lines = []
    for number in range(CUSTOMERS):
        customer = f"c{number}"
        unused = chance.sample(range(ITEMS), ITEMS)
        bought = unused[:10]
        for _ in range(10):
            item = unused.pop()
            day = chance.randrange(days_of(item))
            while day < DAYS:
                bought.append(item)
                lines.append(write_line(customer, f"i{item}", day))
                if chance.random() < 1 / 6 and unused:
                    item = unused.pop()
                day += int(days_of(item) * chance.uniform(0.8, 1.2))
        for day in range(number % 21, DAYS, 21):
            lines.append(write_line(customer, f"i{chance.choice(bought)}", day))
        lines.append(write_line(customer, "sofa", chance.randrange(DAYS)))
    # Most buy the soap each 30 days. Of these one does so twice as often, one has stopped, one
    # has bought it once, 28 days ago. Only two buy the rare item, one of them three times.
    months = range(1, 6)
    lines += [
        write_line(f"steady{number}", "soap", DAYS - number - 30 * month)
        for number in range(1, 10)
        for month in months
    ]
    lines += [write_line("often", "soap", DAYS - 15 * times) for times in range(1, 13)]
    lines += [write_line("gone", "soap", DAYS - 40 - 30 * month) for month in months]
    lines.append(write_line("new", "soap", DAYS - 28))
    lines += [write_line("own", "rare", DAYS - 40 * times) for times in range(1, 4)]
    lines += [write_line("twice", "rare", DAYS - 40 * times) for times in range(1, 3)]
    return [*lines, write_line("c0", "end", DAYS - 1)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the planted world with its tests of the new tables."""
    products = [(f"i{item}", "things", "us", 1) for item in range(ITEMS)]
    products += [(item, "things", "us", 1) for item in ("soap", "sofa", "rare", "end")]
    shop = planted_shop(
        tmp_path_factory.mktemp("repurchases"),
        planted_orders(),
        products,
        repurchase_intervals=True,
        regression_items=0,
        backtest_cuts=2,
    )
    shop.dbt(
        "build", "--no-partial-parse", "--exclude-resource-type", "test", "unit_test",
        "--select", "+user_recommendation_lists", "repurchase_intervals",
    )  # fmt: skip
    return shop


def test_each_customer_is_due_on_the_planted_day(shop):
    found = shop.rows(
        "select user_id, item_id, due_on - last_ordered_on, is_due, own_gap_count,"
        " is_bought_again_by_others from main_published.repurchase_intervals"
        " where item_id in ('soap', 'rare') and user_id not like 'steady_'"
        " or user_id = 'steady1' order by user_id"
    )
    assert found == [
        ("gone", "soap", 30, False, 4, True),
        ("new", "soap", 30, True, 0, True),
        # Eleven gaps of their own, and two of 30 days.
        ("often", "soap", 17, True, 11, True),
        ("own", "rare", 40, True, 2, False),
        ("steady1", "soap", 30, True, 4, True),
    ]


def test_the_new_tables_are_sound(shop):
    tests = {
        "assert_repurchases_by_cut_are_sound",
        "assert_repurchase_intervals_are_sound",
        "assert_lists_are_short_only_for_the_stated_reason",
        "assert_lists_hold_the_kinds_that_they_say",
    }
    shop.dbt("test", "--select", *sorted(tests))
    assert shop.results().keys() >= tests


def test_what_is_bought_once_has_no_interval(shop):
    [(rows,)] = shop.rows(
        "select count(*) from main_published.repurchase_intervals where item_id in ('sofa', 'end')"
    )
    assert rows == 0


def test_who_keeps_a_rhythm_is_surer_than_who_has_bought_once(shop):
    [[steady, new]] = shop.rows(
        "select max(case user_id when 'steady1' then certainty end),"
        " max(case user_id when 'new' then certainty end)"
        " from main_published.repurchase_intervals where item_id = 'soap'"
    )
    assert 1 > steady > new > 0.5


def test_the_list_holds_what_is_due_and_beats_own_frequency(shop):
    assert shop.rows(
        "select verdict, ndcg_difference > 0.05 from main_published.recommendation_verdicts"
        " where list = 'due_now'"
    ) == [("better", True)]
    assert shop.rows(
        "select count(*) > 500, bool_and(is_due) from main_published.user_recommendations"
        " left join main_published.repurchase_intervals using (user_id, item_id)"
        " where list = 'due_now'"
    ) == [(True, True)]
    assert ("it is about time to buy it again",) in shop.rows(
        "select distinct reason from main_published.user_recommendations where list = 'due_now'"
    )


def test_no_leak_is_found_but_the_one_that_is_planted(shop):
    alarms = "select check_name, sentence from main_evaluation.leak_checks where state = 'alarm'"
    assert shop.rows(alarms) == []
    model = "../models/interactions/repurchases_by_cut.sql"
    shop.edit(model, "ordered_at < cuts.cut_at", "ordered_at < cuts.window_ends_at")
    try:
        shop.dbt(
            "run", "--select", "repurchases_by_cut", "candidates", "signal_differences",
            "signal_leaks", "leak_checks",
        )  # fmt: skip
        found = dict(shop.rows(alarms))
    finally:
        shop.edit(model, "ordered_at < cuts.window_ends_at", "ordered_at < cuts.cut_at")
    assert "candidates.due_again" in found["numbers_miscounted"]
