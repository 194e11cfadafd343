"""The evaluation: equal to an independent one, awake to leaks, and silent without any."""

import json
import re

import duckdb
import ir_measures
import numpy as np
import pytest
from dbt_project import IS_LONG, Project
from ir_measures import AP, RR, P, R, Success, nDCG


def test_metrics_equal_those_of_an_independent_implementation(built_demo):
    lists = built_demo.rows("""
        select cut_key, list, recommender, user_key, item_key, rank
        from main_evaluation.ranked_candidates where cut_key > 0
        union all
        select cut_key, list, recommender, user_key, item_key, rank
        from main_evaluation.control_lists
    """)
    targets = built_demo.rows("""
        select cut_key, list, user_key, item_key, is_in_next_basket from main_evaluation.targets
    """)
    measured = built_demo.rows("""
        select cut_key, list, recommender, target_set, evaluated_ranks, user_key, target_count,
            recall, list_precision, ndcg, average_precision, reciprocal_rank, hit
        from main_evaluation.user_metrics order by all
    """)
    runs = {}
    for cut, list_, recommender, user, item, rank in lists:
        scores = runs.setdefault((cut, list_, recommender), {}).setdefault(str(user), {})
        scores[str(item)] = -float(rank)
    wanted = {}
    for cut, list_, user, item, is_next in targets:
        for target_set in ("period", "next_basket") if is_next else ("period",):
            judged = wanted.setdefault((cut, list_, target_set), {}).setdefault(str(user), {})
            judged[str(item)] = 1

    expected, differences = {}, []
    for (*place, user), row in (((*row[:5], row[5]), row) for row in measured):
        cut, list_, recommender, target_set, ranks = place
        if tuple(place) not in expected:
            measures = [measure @ ranks for measure in (R, P, nDCG, AP, RR, Success)]
            found = {}
            for metric in ir_measures.iter_calc(
                measures, wanted[cut, list_, target_set], runs.get((cut, list_, recommender), {})
            ):
                found[metric.query_id, metric.measure] = metric.value
            expected[tuple(place)] = measures, found
        measures, found = expected[tuple(place)]
        values = [found.get((str(user), measure), 0) for measure in measures]
        target_count = row[6]
        # Theirs divides by all targets; ours by those that the list has room for.
        values[3] *= target_count / min(target_count, ranks)
        differences.append(np.abs(np.array(row[7:], float) - values))
    assert len(differences) > 10_000
    assert np.array(measured, dtype=object)[:, 9].sum() > 1000
    assert np.max(differences) < 1e-12


def test_whatever_a_metric_is_made_of_makes_another_series(built_demo):
    manifest = json.loads((built_demo.root / "target" / "manifest.json").read_text())
    macros = manifest["macros"]
    hashed = set(re.findall(r"'(\w+)'", macros["macro.also_bought.metrics_hash"]["macro_sql"]))
    found = {f"model.also_bought.{name}" for name in hashed} & set(manifest["nodes"])
    assert len(found) >= 5
    waiting = list(found)
    while waiting:
        entry = waiting.pop()
        parts = (manifest["nodes"] | macros)[entry]["depends_on"]["macros"]
        new = {
            part
            for part in parts
            if macros[part]["original_file_path"].startswith("macros/scoring/")
        } - found
        found |= new
        waiting += new
    assert {entry.split(".")[-1] for entry in found} <= hashed


# {leak: (file, sound, leaking, the first model it changes, the check that must see it)}
NEXT_BOUGHT = "select distinct cut_key, user_key, item_key from {{ ref('targets') }}"
EVERY_CUT_KNOWS_ALL = (
    "        history.query('history', 'select cuts.cut_key, item_key, user_key, item_weight from"
    " history, range(4) as cuts (cut_key) where history.cut_key = 0'),\n"
)
LEAKS = {
    "train is test": (
        "models/interactions/user_item_history.sql",
        "on user_item_orders.ordered_at < cuts.cut_at",
        "on user_item_orders.ordered_at < {{ dbt.dateadd('day', 28, 'cuts.cut_at') }}",
        "user_item_history",
        "history_after_cut",
    ),
    "a random split": (
        "models/interactions/user_item_history.sql",
        "on user_item_orders.ordered_at < cuts.cut_at",
        "on (cuts.cut_key = 0 or hash(user_item_orders.order_id) % 2 = 0)",
        "user_item_history",
        "history_miscounted",
    ),
    "the item itself is kept": (
        "models/candidates/candidates.sql",
        "max(own_order_count) > 0 as is_bought",
        "max(own_order_count) > 1 as is_bought",
        "candidates",
        "bought_items_explored",
    ),
    "top sellers of the future": (
        "models/candidates/item_popularity.sql",
        "    from history\n",
        "    from (select * exclude (cut_key), unnest([0, 1, 2, 3]) as cut_key from history"
        " where cut_key = 0) as history\n",
        "item_popularity",
        "popularity_miscounted",
    ),
    "neighbours of the future": (
        "python_models/item_neighbours_python.py",
        '        history.select("cut_key, item_key, user_key, item_weight"),\n',
        EVERY_CUT_KNOWS_ALL,
        "item_neighbours_python",
        "evidence_miscounted",
    ),
    "the target among the features": (
        "models/candidates/scaled_candidates.sql",
        "    from listed\n",
        "    from (select listed.* replace (listed.user_vote_score + 1000000000000000"
        " * (answers.item_key is not null)::int as user_vote_score) from listed"
        f" left join ({NEXT_BOUGHT}) as answers using (cut_key, user_key, item_key)) as listed\n",
        "scaled_candidates",
        "too_good",
    ),
    "today's catalogue": (
        "models/interactions/eligible_items.sql",
        "is_eligible('items', 'cuts.eligibility_judged_at', 'cuts.cut_key = 0')",
        "is_eligible('items', run_clock(), 'true')",
        "eligible_items",
        "catalogue_of_another_day",
    ),
    "ranking among a sample": (
        "models/candidates/candidates.sql",
        "select * from eligible\n",
        "select * from eligible where cut_key = 0 or hash(user_key, item_key) % 4 = 0\n",
        "candidates",
        "catalogue_sampled",
    ),
    "only easy targets": (
        "models/evaluation/targets.sql",
        "select * from targets\n",
        "select targets.* from targets inner join {{ ref('item_popularity') }} as popularity"
        " using (cut_key, item_key) where popularity.recent_rank <= 20\n",
        "targets",
        "targets_left_out",
    ),
    "what came back is new": (
        "models/candidates/candidates.sql",
        "where returned_items.item_key is null\n",
        "where true\n",
        "candidates",
        "returned_items_listed",
    ),
    "only users with a hit": (
        "models/evaluation/user_metrics.sql",
        "    left join gains\n",
        "    inner join gains\n",
        "user_metrics",
        "users_left_out",
    ),
    "20 ranks counted, 10 claimed": (
        "models/evaluation/user_metrics.sql",
        "    inner join depths on hits.rank <= depths.evaluated_ranks\n",
        "    inner join depths on hits.rank <= 2 * depths.evaluated_ranks\n",
        "user_metrics",
        "hits_miscounted",
    ),
    "a baseline that cannot win": (
        "macros/rules/recommenders.sql",
        "'explore': {\n            'also_bought': 'blended_score',\n"
        "            'top_sellers_recent': 'recent_order_count',",
        "'explore': {\n            'also_bought': 'blended_score',\n"
        "            'top_sellers_recent': '-recent_order_count',",
        "ranked_candidates",
        "baseline_too_weak",
    ),
}


def alarms(project: Project) -> dict[str, str]:
    """Return the checks that raised an alarm, with their sentences."""
    return dict(
        project.rows("""
            select check_name, sentence from main_evaluation.leak_checks where state = 'alarm'
        """)
    )


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_ends_with_its_name_and_makes_the_verdict_suspect(demo, leak):
    path, sound, leaking, first, check = LEAKS[leak]
    demo.edit(path, sound, leaking)
    demo.dbt("run", "--select", f"{first}+,+recommendation_verdicts")
    assert check in alarms(demo)
    verdicts = demo.rows("select verdict from main_published.recommendation_verdicts")
    assert ("suspect: too good",) in verdicts


def test_orders_loaded_under_two_ids_are_seen(demo):
    with duckdb.connect(str(demo.database)) as connection:
        connection.execute("""
            insert into main_orders.order_lines by name
            select * replace ('twin' || customer_id as customer_id, 'twin' || order_id as order_id)
            from main_orders.order_lines
        """)
    demo.dbt("run", "--select", "path:models/interactions+,+recommendation_verdicts")
    assert "users_twice" in alarms(demo)


def draw_shop(project: Project, seed: int) -> None:
    """Put a shop of chance in the place of the orders: tastes, regulars, seasons, newcomers."""
    random = np.random.default_rng(seed)
    n_users, n_items, days = random.integers((40, 20, 120), (300, 120, 400))
    n_tastes = random.integers(1, 6)
    taste_of_item = random.integers(0, n_tastes, n_items)
    popularity = random.pareto(random.uniform(0.8, 3), n_items) + 0.1
    season = random.uniform(0, 365, n_items)
    loyalty, focus = random.uniform(0, 0.8), random.uniform(1, 10)
    lines = []
    for user in range(n_users):
        taste = random.integers(0, n_tastes)
        first = random.integers(0, days - 40)
        n_orders = 1 + random.poisson(random.gamma(1, 6))
        bought = []
        for day in np.sort(random.integers(first, days, n_orders)):
            chances = popularity * np.where(taste_of_item == taste, focus, 1)
            chances = chances * (1.1 + np.cos((day - season) / 58))
            for item in random.choice(n_items, random.integers(1, 6), p=chances / chances.sum()):
                if bought and random.random() < loyalty:
                    item = random.choice(bought)
                bought.append(item)
                lines.append((f"C{user:04}", f"P{item:03}", f"O{user}-{day}", int(day)))
    with duckdb.connect(str(project.database)) as connection:
        connection.execute(
            "create temp table drawn (customer text, product text, id text, day integer)"
        )
        connection.executemany("insert into drawn values (?, ?, ?, ?)", lines)
        connection.execute("""
            delete from main_orders.order_lines;
            insert into main_orders.order_lines by name
            select row_number() over () || ' drawn' as received_line_id, 'drawn' as order_source,
                id as order_id, customer as customer_id, product as product_id,
                product as ordered_product_id, 1 as ordered_quantity, 0 as returned_quantity,
                1 as net_quantity, timestamp '2024-01-01 12:00:00' + to_days(day) as ordered_at,
                1 as received_copies
            from drawn;
            delete from main_orders.products;
            insert into main_orders.products by name
            select distinct product as product_id, product as product_code,
                product as product_name, true as is_merchandise, true as is_in_stock,
                false as is_blocked, false as is_sensitive
            from drawn
        """)


@pytest.mark.parametrize("seed", range(20 if IS_LONG else 2))
def test_a_clean_shop_raises_no_alarm(demo, seed):
    draw_shop(demo, seed)
    demo.dbt("run", "--select", "path:models/interactions+,+recommendation_verdicts")
    assert alarms(demo) == {}
    # It is not silent because nothing was judged.
    assert demo.rows("select count(*) > 50 from main_evaluation.user_metrics") == [(True,)]
