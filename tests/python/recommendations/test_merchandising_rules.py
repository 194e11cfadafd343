"""What merchandisers place by hand: followed as written, measured, and refused by name."""

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from dbt_project import Project
from planted_shop import planted_shop, write_csv
from small_shop import write_files

BEGIN = datetime(2025, 1, 6, 12)
WEEKS, CUSTOMERS, ITEMS, WANTED = 16, 80, 40, 10
TODAY = (BEGIN + timedelta(weeks=WEEKS)).date()
HEADER = (
    "rule_id,kind,list,item_id,category,brand,beside_item_id,amount,from_day,to_day,owner,reason"
)
MODEL = {
    "models/stg_rules.sql": """
        select
            rule_id, kind, list, item_id, category, brand, beside_item_id,
            cast(amount as int) as amount, cast(from_day as date) as from_day,
            cast(to_day as date) as to_day, owner, reason
        from read_csv('rules.csv', all_varchar = true)
        """
}


class Rule(NamedTuple):
    """A row of the shop's table, this month's if not said otherwise."""

    rule_id: str
    kind: str
    list: str = ""
    item_id: str = ""
    category: str = ""
    brand: str = ""
    beside_item_id: str = ""
    amount: int | str = ""
    from_day: object = TODAY - timedelta(days=7)
    to_day: object = TODAY + timedelta(days=7)
    owner: str = "Anna"
    reason: str = "spring sale"


RULES = [
    Rule("pin", "pin", "explore", "i35", amount=1),
    Rule("pin_again", "pin", "explore", "i36", amount=4),
    Rule("ended", "pin", "explore", "i37", amount=2, to_day=TODAY - timedelta(days=1)),
    Rule("to_come", "pin", "explore", "i37", amount=2, from_day=TODAY + timedelta(days=1)),
    Rule("hit", "pin", "for_you", "new", amount=1),
    Rule("bury", "bury", "explore", "i0", amount=5),
    Rule("boost", "boost", "for_you", brand="b1", amount=3),
    Rule("block", "block", "buy_again", category="c1"),
    Rule("cap", "cap", "explore", category="c2", amount=2),
    Rule("apart", "never_beside", "explore", "i4", beside_item_id="i7"),
    Rule("everywhere", "block", item_id="i11"),
]


def planted_orders() -> list[tuple]:
    """Return orders of customers who buy three items a week, of which few sell much.

    In the last week everybody buys what only one had bought before.
    """
    chance = random.Random(8)
    weights = [1 / (item + 3) for item in range(ITEMS)]
    lines = set()
    for number in range(CUSTOMERS):
        liked = chance.choices(range(ITEMS), weights, k=12)
        for week in range(WEEKS):
            for item in chance.sample(liked, 3):
                ordered_at = BEGIN + timedelta(weeks=week, minutes=number)
                lines.add((f"o{number}-{week}", f"c{number}", f"i{item}", ordered_at))
    for number in range(CUSTOMERS):
        ordered_at = BEGIN + timedelta(weeks=WEEKS - 1, minutes=number)
        lines.add((f"o{number}-{WEEKS - 1}", f"c{number}", "new", ordered_at))
    return [*sorted(lines), ("early", "c0", "new", BEGIN)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the planted world, built with the rules. Who changes these changes them back."""
    products = [(f"i{item}", f"c{item % 4}", f"b{item % 3}", item + 1) for item in range(ITEMS)]
    shop = planted_shop(
        tmp_path_factory.mktemp("merchandising"),
        planted_orders(),
        [*products, ("new", "c9", "b9", 50)],
        merchandising_rules="stg_rules",
        as_of=str(TODAY),
        regression_items=0,
        backtest_cuts=2,
    )
    write_files(shop.root, MODEL)
    write_csv(shop.root / "rules.csv", HEADER, RULES)
    selected = ("--select", "+user_recommendation_lists", "+merchandising_rule_effects")
    shop.dbt(
        "build", "--no-partial-parse", "--exclude-resource-type", "test", "unit_test", *selected
    )
    return shop


def placed_by_hand(ranked: list[str], pins: dict[str, int], rules: Iterable[Rule]) -> list[str]:
    """Return one list as the rules would have it, by the words of the page on them."""
    named = {
        rule: {
            item
            for item in {*ranked, *pins}
            if item == rule.item_id
            or (item != "new" and rule.category == f"c{int(item[1:]) % 4}")
            or (item != "new" and rule.brand == f"b{int(item[1:]) % 3}")
        }
        for rule in rules
    }

    def moved_by(item: str) -> int:
        signs = {"boost": -1, "bury": 1}
        return sum(
            signs[rule.kind] * int(rule.amount)
            for rule in named
            if rule.kind in signs and item in named[rule]
        )

    blocked = {item for rule in named if rule.kind == "block" for item in named[rule]}
    rest = [item for item in ranked if item not in blocked | pins.keys()]
    rest.sort(key=lambda item: (rest_rank(ranked, item) + moved_by(item), moved_by(item)))
    for rule in [rule for rule in named if rule.kind == "cap"]:
        free = int(rule.amount) - len(named[rule] & pins.keys())
        rest = [
            item
            for place, item in enumerate(rest)
            if item not in named[rule] or len(named[rule] & set(rest[:place])) < free
        ]
    for rule in [rule for rule in named if rule.kind == "never_beside"]:
        [place] = [*(i for i, item in enumerate(rest) if item == rule.beside_item_id), 99][:1]
        if rule.beside_item_id in pins or place + len(pins) <= WANTED:
            rest = [item for item in rest if item not in named[rule]]
    for item in sorted(pins, key=pins.__getitem__):
        rest.insert(pins[item] - 1, item)
    return rest[:WANTED]


def rest_rank(ranked: list[str], item: str) -> int:
    """Return the rank that an item had before."""
    return ranked.index(item) + 1


def lists_of(shop: Project, relation: str) -> dict[tuple[str, str], list[str]]:
    """Return the items of each customer's lists in their order."""
    lists = defaultdict(list)
    for user, list_, item in shop.rows(
        f"select user_id, list, item_id from main_ranking.{relation}"
        " inner join main_interactions.users using (user_key)"
        " inner join main_interactions.items using (item_key) order by user_id, list, rank"
    ):
        lists[user, list_].append(item)
    return lists


def test_each_list_is_as_the_rules_place_its_rows(shop):
    bought = set(
        shop.rows(
            "select user_id, item_id from main_interactions.user_item_counts_by_cut"
            " inner join main_interactions.users using (user_key)"
            " inner join main_interactions.items using (item_key) where cut_key = 0"
        )
    )
    before, after = lists_of(shop, "published_ranking"), lists_of(shop, "placed_ranking")
    in_force = [rule for rule in RULES if rule.from_day <= TODAY <= rule.to_day]
    expected = {}
    for (user, list_), ranked in before.items():
        rules = [rule for rule in in_force if rule.list in ("", list_)]
        pins = {
            rule.item_id: int(rule.amount)
            for rule in rules
            if rule.kind == "pin" and (list_ == "for_you" or (user, rule.item_id) not in bought)
        }
        expected[user, list_] = placed_by_hand(ranked, pins, rules)
    assert len(expected) > 2 * CUSTOMERS
    assert after == {key: items for key, items in expected.items() if items}
    assert sum(ranked[:WANTED] != after.get(key) for key, ranked in before.items()) > CUSTOMERS


def test_a_placed_row_says_so_and_others_keep_their_reasons(shop):
    found = shop.rows(
        "select distinct rank, strategy, reason from main_published.user_recommendations"
        " where list = 'explore' and item_id in ('i35', 'i36') order by rank"
    )
    reason = "the shop has placed this here"
    assert found == [
        (1, "merchandising_rule", reason),
        (4, "merchandising_rule", reason),
    ]
    assert shop.rows(
        "select count(*) > 100 from main_published.user_recommendations"
        " where strategy <> 'merchandising_rule'"
    ) == [(True,)]


def test_the_lists_are_sound(shop):
    tests = {
        "assert_merchandised_items_are_sound",
        "assert_placed_ranking_is_sound",
        "assert_merchandising_trials_are_sound",
        "assert_merchandising_rule_effects_are_sound",
        "assert_user_recommendations_are_sound",
        "assert_recommendation_reasons_are_sound",
        "assert_user_recommendation_lists_are_sound",
        "assert_lists_are_short_only_for_the_stated_reason",
        "assert_lists_hold_the_kinds_that_they_say",
        "assert_reasons_add_up_to_the_score",
    }
    shop.dbt("test", "--select", *sorted(tests))
    assert shop.results().keys() >= tests


def test_each_rule_is_measured_against_the_list_without_it(shop):
    found = {
        rule: row
        for rule, *row in shop.rows(
            "select rule_id, verdict, ndcg_difference, recall_high < 0, revenue_high < 0,"
            " changed_user_count from main_published.merchandising_rule_effects"
            " where list in ('buy_again', 'for_you') and rule_id <> 'everywhere'"
        )
    }
    # Nobody can buy again what is blocked, and everybody was about to buy what is pinned.
    assert found["block"][0] == "worse"
    assert found["block"][2:4] == [True, True]
    assert found["block"][4] >= 30
    assert found["hit"][0] == "better"
    assert found["hit"][1] > 0.1
    [(worst,)] = shop.rows(
        "select max(abs(effects.ndcg_without - coalesce(baselines.baseline_mean, ours.mean)))"
        " from main_published.merchandising_rule_effects as effects"
        " inner join main_published.recommendation_verdicts as verdicts using (list)"
        " left join main_evaluation.recommender_comparisons as baselines"
        " on baselines.list = verdicts.list and baselines.baseline = published_recommender"
        " and baselines.metric = 'ndcg' and baselines.target_set = 'period'"
        " and baselines.segment = 'all' and baselines.evaluated_ranks = 10"
        " left join main_evaluation.recommender_comparisons as ours"
        " on ours.list = verdicts.list and ours.baseline = best_baseline"
        " and ours.metric = 'ndcg' and ours.target_set = 'period'"
        " and ours.segment = 'all' and ours.evaluated_ranks = 10"
    )
    assert worst < 1e-9


WRONG = {
    "has no owner": [Rule("r1", "pin", "explore", "i1", amount=1, owner="")],
    "has no reason": [Rule("r1", "block", item_id="i1", reason="")],
    "has no end": [Rule("r1", "block", item_id="i1", to_day="")],
    "ends before": [Rule("r1", "block", item_id="i1", to_day=TODAY - timedelta(days=99))],
    "none of pin, boost": [Rule("r1", "push", item_id="i1")],
    "is of a list that is none of explore": [Rule("r1", "block", "exlpore", "i1")],
    "must name one of item_id": [Rule("r1", "block", item_id="i1", category="c1")],
    "not in the catalogue": [Rule("r1", "block", item_id="nothing")],
    "pins a whole category": [Rule("r1", "pin", "explore", category="c1", amount=1)],
    "needs a rank from 1 to 10": [Rule("r1", "pin", "explore", "i1", amount=11)],
    "needs an amount": [Rule("r1", "boost", item_id="i1")],
    "needs a beside_item_id": [Rule("r1", "never_beside", item_id="i1", beside_item_id="i1")],
    "2 merchandising rules have the rule_id r1": [Rule("r1", "block", item_id="i1")] * 2,
    "r1 and r2 both pin an item to the same rank": [
        Rule("r1", "pin", "explore", "i1", amount=1),
        Rule("r2", "pin", "explore", "i2", amount=1),
    ],
    "r1 and r2 both pin the same item": [
        Rule("r1", "pin", "explore", "i1", amount=1),
        Rule("r2", "pin", "", "i1", amount=2),
    ],
    "r1 and r2 contradict each other: one pins": [
        Rule("r1", "pin", "explore", "i1", amount=1),
        Rule("r2", "block", category="c1"),
    ],
    "r1 and r2 contradict each other: one lifts": [
        Rule("r1", "boost", "explore", brand="b1", amount=1),
        Rule("r2", "bury", brand="b1", amount=2),
    ],
}
ASK = """
{% macro ask() %}
    {%- for part in ('faulty', 'contradicting') -%}
        {%- set query = also_bought[part ~ '_merchandising_rules']() -%}
        {{ print('query:' ~ query.split() | join(' ')) }}
    {%- endfor -%}
{% endmacro %}
"""


def test_each_rule_that_cannot_be_followed_is_named(shop, monkeypatch):
    write_files(shop.root.parent, {"macros/ask.sql": ASK})
    output = shop.dbt("run-operation", "also_bought.ask")
    queries = [line.removeprefix("query:") for line in output.splitlines() if "query:" in line]
    assert len(queries) == 2
    # The view of the rules reads the file beside it.
    monkeypatch.chdir(shop.root)
    try:
        for words, rules in WRONG.items():
            write_csv(shop.root / "rules.csv", HEADER, rules)
            [(found,), *_] = [row for query in queries for row in shop.rows(query)]
            assert words in found
            assert "r1" in found
    finally:
        write_csv(shop.root / "rules.csv", HEADER, RULES)
    assert [row for query in queries for row in shop.rows(query)] == []


def test_a_build_stops_before_rules_that_contradict_each_other(shop):
    rules = WRONG["r1 and r2 both pin an item to the same rank"]
    write_csv(shop.root / "rules.csv", HEADER, rules)
    try:
        output = shop.dbt("run", "--select", "merchandised_items", succeeds=False)
    finally:
        write_csv(shop.root / "rules.csv", HEADER, RULES)
    error = output.partition("The merchandising rules")[2].partition("\n\n")[0]
    assert error.startswith(" r1 and r2 both pin an item to the same rank.")
    assert "take one of the two out" in error
    assert "Traceback" not in output
