"""Events beside orders, in a planted world: what customers look at this week they buy the next."""

import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dbt_project import REPOSITORY, Project, copy_repository
from planted_shop import ORDERS_MODEL, write_csv
from small_shop import write_files

BEGIN = datetime(2025, 1, 6, 9)
WEEKS, CUSTOMERS, ITEMS = 20, 120, 60
# Of what is bought, what was looked at before.
SHARE = 0.3

SHOP = {
    "dbt_project.yml": """
        name: looking_shop
        version: 1.0.0
        profile: looking_shop
        flags: {send_anonymous_usage_stats: false}
        models: {looking_shop: {+materialized: view}}
        vars:
          also_bought__order_sources: [stg_orders]
          also_bought__products: stg_products
          also_bought__customers: stg_customers
          also_bought__event_sources: [stg_events]
          also_bought__evaluation_days: 7
          also_bought__as_of: '2025-05-25'
        """,
    "packages.yml": "packages: [local: ../]",
    "profiles.yml": """
        looking_shop:
          target: duckdb
          outputs:
            duckdb: {type: duckdb, path: build.duckdb, schema: main, threads: 2}
        """,
    "models/sources.yml": """
        sources:
          - name: raw
            config:
              meta: {external_location: "read_csv('{name}.csv', all_varchar = true)"}
            tables: [{name: orders}, {name: customers}, {name: events}]
        """,
    "models/stg_products.sql": """
        select
            'i' || number as product_id, 'Item ' || number as product_name, 'things' as category,
            number <> 0 as is_merchandise, cast(null as date) as launched_on,
            cast(null as date) as discontinued_on, true as is_in_stock, false as is_blocked
        from range(ITEM_COUNT) as numbers (number)
        """.replace("ITEM_COUNT", str(ITEMS)),
    "models/stg_customers.sql": """
        select
            customer_id, 'person' as account_type, cast(is_erased as boolean) as is_erased,
            nullif(merged_into, '') as merged_into_customer_id
        from {{ source('raw', 'customers') }}
        """,
    "models/stg_orders.sql": ORDERS_MODEL,
    "models/stg_events.sql": """
        select
            'web' as event_source, event_id, customer_id, anonymous_id, product_id, event_type,
            try_cast(occurred_at as timestamp) as occurred_at
        from {{ source('raw', 'events') }}
        """,
}

# What each event that is no use becomes, one of each: (id, customer, device, item, type, time).
NOON = "2025-05-20 12:00:00"
ODD_EVENTS = {
    "without_id": ("", "c1", "", "i9", "view", NOON),
    "duplicate": ("e1", "c1", "", "i9", "view", NOON),
    "unknown_type": ("odd1", "c1", "", "i9", "scroll", NOON),
    "without_visitor": ("odd2", "", "", "i9", "view", NOON),
    "later": ("odd3", "c1", "", "i9", "view", "2025-05-26 00:00:00"),
    "out_of_range": ("odd11", "c1", "", "i9", "view", "1999-12-31 12:00:00"),
    "in_orders": ("odd4", "c1", "", "i9", "purchase", NOON),
    "list_impression": ("odd5", "c1", "", "i9", "impression", NOON),
    "removal": ("odd6", "c1", "", "i59", "cart_removal", "2025-05-20 13:00:00"),
    "removed_again": ("odd7", "c1", "", "i59", "cart", NOON),
    "unknown_item": ("odd8", "c1", "", "nothing", "view", NOON),
    "excluded_item": ("odd9", "c1", "", "i0", "view", NOON),
    "erased": ("odd10", "gone", "", "i9", "view", NOON),
}
DEVICE_EVENTS = [
    # c2's own telephone, before and at the first login; a tablet of two; that of one who is gone.
    ("d1", "", "phone", "i9", "view", "2025-05-01 12:00:00"),
    ("d2", "c2", "phone", "i2", "view", "2025-05-19 12:00:00"),
    ("d3", "", "tablet", "i3", "view", "2025-05-01 12:00:00"),
    ("d4", "c3", "tablet", "i4", "view", "2025-05-02 12:00:00"),
    ("d5", "c4", "tablet", "i5", "view", "2025-05-03 12:00:00"),
    ("d6", "", "old phone", "i6", "view", "2025-05-01 12:00:00"),
    ("d7", "gone", "old phone", "i6", "view", "2025-05-02 12:00:00"),
]


def any_item(chance: random.Random) -> str:
    """Return one of the items that stand not in the window."""
    return f"i{chance.randrange(10, ITEMS)}"


def write_world(root: Path) -> None:
    """Write orders and events: what a customer buys is often what they looked at the week before.

    Everybody also looks at the items of the window, again and again, and buys none of them.
    """
    chance = random.Random(21)
    orders, events = [], []
    for number in range(1, CUSTOMERS + 1):
        customer = f"c{number}"
        looked_at: list[str] = []
        for week in range(WEEKS):
            monday = BEGIN + timedelta(weeks=week)
            bought = {
                looked_at[place] if looked_at and chance.random() < SHARE else any_item(chance)
                for place in range(2)
            }
            for item in sorted(bought):
                orders.append((f"o{number}-{week}", customer, item, monday))
            looked_at = [any_item(chance) for _ in range(5)]
            for item in [*looked_at, *looked_at[:2]] + [f"i{chance.randrange(1, 9)}"] * 4:
                seen_at = monday + timedelta(minutes=60 + chance.randrange(600))
                event = (f"e{len(events)}", customer, "", item, "view", seen_at)
                events.append(event)
    # Somebody bought each item of the window once, so that it can be recommended.
    for item in range(1, 10):
        orders.append((f"w{item}", f"c{item}", f"i{item}", BEGIN - timedelta(days=1)))
    accounts = [(f"c{number}", "false", "") for number in range(1, CUSTOMERS + 1)]
    write_csv(root / "orders.csv", "order_id,customer_id,product_id,ordered_at", orders)
    write_csv(
        root / "customers.csv",
        "customer_id,is_erased,merged_into",
        [*accounts, ("gone", "true", "")],
    )
    write_csv(
        root / "events.csv",
        "event_id,customer_id,anonymous_id,product_id,event_type,occurred_at",
        [*events, *ODD_EVENTS.values(), *DEVICE_EVENTS],
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the planted world, built without its tests. Who changes it changes it back."""
    root = tmp_path_factory.mktemp("events")
    copy_repository(root)
    shop = Project(root / "shop", "build.duckdb")
    write_files(shop.root, SHOP)
    write_world(shop.root)
    shop.dbt("deps")
    selected = ("--select", "+user_recommendations", "+daily_events")
    shop.dbt(
        "build", "--no-partial-parse", "--exclude-resource-type", "test", "unit_test", *selected
    )
    return shop


def test_each_kind_of_odd_event_gets_its_verdict(shop):
    found = dict(
        shop.rows(
            "select event_id, verdict from main_events.event_verdicts"
            " where event_id like 'odd%' or event_id = 'e1' and verdict <> 'kept'"
        )
    )
    expected = {event[0]: verdict for verdict, event in ODD_EVENTS.items()}
    del expected[""], expected["odd10"]
    assert found == expected
    assert shop.rows(
        "select count(*) from main_events.event_verdicts where verdict = 'without_id'"
    ) == [(1,)]


def test_every_event_is_counted_once_and_by_one_verdict(shop):
    shop.dbt("test", "--select", "daily_events", "event_verdicts", "assert_seen_items_are_sound")
    assert {"assert_each_event_has_one_verdict"} <= shop.results().keys()


def test_every_column_of_events_is_described(shop):
    described = {
        (node["alias"], column["name"])
        for node in shop.nodes().values()
        for column in node.get("columns", {}).values()
        if column["description"].strip()
    }
    built = shop.rows(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'main_events' or table_name in ('seen_items', 'daily_events')"
    )
    assert len(built) > 20
    assert set(built) <= described


def test_what_a_device_saw_is_its_customers_from_the_first_login_on(shop):
    found = shop.rows(
        "select event_id, customer_id, known_at > occurred_at from main_events.event_verdicts"
        " where event_id like 'd%' order by event_id"
    )
    assert found == [
        ("d1", "c2", True),
        ("d2", "c2", False),
        ("d3", None, False),
        ("d4", "c3", False),
        ("d5", "c4", False),
    ]
    # The cut of 12 May came before the login.
    assert shop.rows(
        "select min(cut_at) > '2025-05-19' from main_interactions.seen_items"
        " inner join main_interactions.cuts using (cut_key)"
        " inner join main_interactions.users using (user_key)"
        " inner join main_interactions.items using (item_key)"
        " where user_id = 'c2' and item_id = 'i9'"
    ) == [(True,)]


def test_nothing_remains_of_who_asked_to_be_forgotten(shop):
    assert shop.rows(
        "select count(*), count(event_id), count(visitor_id), count(item_id)"
        " from main_events.event_verdicts where verdict = 'erased'"
    ) == [(3, 0, 0, 0)]


def test_lists_with_events_are_better_than_each_without_them_and_say_why(shop):
    verdicts = dict(shop.rows("select list, verdict from main_published.recommendation_verdicts"))
    assert verdicts["explore"] == verdicts["for_you"] == "better"
    # Each blend without events was shown to be behind the best, which weighs them.
    assert shop.rows(
        "select count(*) > 5 from main_ranking.blend_trials as trials"
        " left join main_evaluation.event_blends as events using (list, blend)"
        " where list in ('explore', 'for_you') and events.blend is null"
        " and trials.blend <> 'learned'"
        " having min(behind_best_low) > 0"
    ) == [(True,)]
    assert ("for_you", "you looked at it lately") in shop.rows(
        "select list, reason from main_published.user_recommendations"
    )


def test_continue_looking_holds_only_what_was_seen_and_never_bought(shop):
    assert shop.rows(
        "select count(*) > 0, count(*) = count(seen_items.item_key)"
        " from main_published.user_recommendations"
        " inner join main_interactions.users using (user_id)"
        " inner join main_interactions.items using (item_id)"
        " left join main_interactions.seen_items on seen_items.user_key = users.user_key"
        " and seen_items.item_key = items.item_key and cut_key = 0 and not seen_items.is_bought"
        " where list = 'continue_looking'"
    ) == [(True, True)]


def test_no_leak_is_found_but_the_one_that_is_planted(shop):
    alarms = "select check_name, sentence from main_evaluation.leak_checks where state = 'alarm'"
    assert shop.rows(alarms) == []
    model = "../models/interactions/seen_items.sql"
    shop.edit(model, "known_at < cuts.cut_at", "known_at < cuts.window_ends_at")
    try:
        shop.dbt(
            "run", "--select", "seen_items", "signal_differences", "signal_leaks", "leak_checks"
        )
        found = dict(shop.rows(alarms))
    finally:
        shop.edit(model, "known_at < cuts.window_ends_at", "known_at < cuts.cut_at")
    assert "candidates.seen_lately" in found["numbers_miscounted"]


def test_the_page_of_events_lists_each_verdict_in_the_order_of_the_rule():
    rule = (REPOSITORY / "macros" / "rules" / "event_verdicts.sql").read_text()
    page = (REPOSITORY / "docs" / "events.md").read_text()
    listed = page.partition("\n| verdict |")[2].partition("\n\n")[0]
    verdicts = re.findall(r"^        '(\w+)': \{$", rule, re.MULTILINE)
    assert len(verdicts) > 10
    assert re.findall(r"^\| `(\w+)` \|", listed, re.MULTILINE) == [*verdicts, "kept"]
