"""The evaluation: equal to an independent one, awake to leaks, and silent without any."""

import json
import re
import shutil
from datetime import timedelta

import duckdb
import ir_measures
import numpy as np
import pyarrow as pa
import pytest
from dbt_project import IS_LONG, REPOSITORY, Project
from drawn_orders import put_orders
from ir_measures import AP, RR, P, R, Success, nDCG


def test_metrics_equal_those_of_an_independent_implementation(built_demo):
    lists = built_demo.rows("""
        select cut_key, list, recommender, user_key, item_key, rank
        from main_ranking.ranked_candidates
        union all
        select cut_key, list, recommender, user_key, item_key, rank
        from main_ranking.ranked_item_lists
        union all
        select cut_key, list, recommender, user_key, item_key, rank
        from main_evaluation.control_lists
    """)
    targets = built_demo.rows("""
        select cut_key, list, user_key, item_key, is_in_next_basket from main_interactions.targets
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


FOLDERS_OF_FIGURES = ("macros/evaluation/", "macros/interactions/", "macros/numbers/")


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
            if macros[part]["original_file_path"].startswith(FOLDERS_OF_FIGURES)
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
        "models/interactions/user_item_counts_by_cut.sql",
        "on user_item_orders.ordered_at < cuts.cut_at",
        "on user_item_orders.ordered_at < {{ dbt.dateadd('day', 28, 'cuts.cut_at') }}",
        "user_item_counts_by_cut",
        "history_after_cut",
    ),
    "a random split": (
        "models/interactions/user_item_counts_by_cut.sql",
        "on user_item_orders.ordered_at < cuts.cut_at",
        "on (cuts.cut_key = 0 or hash(user_item_orders.order_id) % 2 = 0)",
        "user_item_counts_by_cut",
        "history_miscounted",
    ),
    "what sold in the week after the cut": (
        "models/interactions/user_item_counts_by_cut.sql",
        "        counted.{{ window.orders }},\n",
        "        counted.{{ window.orders }}{% if window.days == 7 %}"
        " + case when counted.cut_key = 0 then 0 else (select count(*)"
        " from user_item_orders inner join cuts on ordered_at >= cuts.cut_at"
        " and ordered_at < cuts.cut_at + interval 7 day where cuts.cut_key = counted.cut_key"
        " and user_item_orders.user_key = counted.user_key"
        " and user_item_orders.item_key = counted.item_key) end"
        " as {{ window.orders }}{% endif %},\n",
        "user_item_counts_by_cut",
        "numbers_miscounted",
    ),
    "votes of the future": (
        "models/candidates/ballots.sql",
        "        vote_millionths as strength\n    from bought_items\n",
        "        vote_millionths as strength\n    from bought_items where cut_key = 0\n"
        "    union all select unnest([1, 2, 3]), 'user_neighbours', user_key, item_key,"
        " vote_millionths\n"
        "    from bought_items where cut_key = 0\n",
        "ballots",
        "numbers_miscounted",
    ),
    "the item itself is kept": (
        "models/candidates/candidates.sql",
        "'own_frequency' as signal,\n        user_key,\n        item_key,\n"
        "        true as is_bought",
        "'own_frequency' as signal,\n        user_key,\n        item_key,\n"
        "        false as is_bought",
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
    "buyers of the future": (
        "models/neighbours/item_buyers.sql",
        "from {{ ref('also_bought', 'user_item_counts_by_cut') }}\n",
        "from (select * exclude (cut_key), unnest([0, 1]) as cut_key"
        " from {{ ref('also_bought', 'user_item_counts_by_cut') }} where cut_key = 0) as buyers\n",
        "item_buyers",
        "evidence_miscounted",
    ),
    "the target among the features": (
        "models/candidates/candidates.sql",
        "        vote_score as score\n"
        "    from {{ ref('also_bought', 'votes_' ~ neighbours_engine()) }}\n",
        "        vote_score + 1000000000000000 * (answers.item_key is not null)::int as score\n"
        "    from {{ ref('also_bought', 'votes_' ~ neighbours_engine()) }}\n"
        f"    left join ({NEXT_BOUGHT}) as answers using (cut_key, user_key, item_key)\n",
        "candidates",
        "too_good",
    ),
    "today's catalogue": (
        "models/interactions/eligible_items.sql",
        "is_eligible('items', 'cuts.judged_at', is_production('cuts'))",
        "is_eligible('items', run_clock(), 'true')",
        "eligible_items",
        "catalogue_of_another_day",
    ),
    "ranking among a sample": (
        "models/candidates/candidates.sql",
        "select * from candidates\n",
        "select * from candidates where cut_key = 0 or hash(user_key, item_key) % 4 = 0\n",
        "candidates",
        "catalogue_sampled",
    ),
    "only easy targets": (
        "models/interactions/targets.sql",
        "select * from targets_of_users\n",
        "select targets.* from targets_of_users as targets"
        " inner join {{ ref('item_popularity') }} as popularity"
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
        "macros/ranking/ranked_lists.sql",
        "then candidates.{{ score }}",
        "then -1 * candidates.{{ score }}",
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


def test_page_of_the_evaluation_has_the_question_of_each_leak_check(built_demo):
    page = (REPOSITORY / "docs" / "evaluation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE)
    asked = built_demo.rows("select distinct check_name, question from main_evaluation.leak_checks")
    assert sorted(rows) == sorted(asked)


# {what ranking reads at past cuts: (its table, the key of a row within a cut)}
READ_AT_CUTS = {
    "user_item_counts_by_cut": (
        "main_interactions.user_item_counts_by_cut",
        ("user_key", "item_key"),
    ),
    "item_popularity": ("main_candidates.item_popularity", ("item_key",)),
    "user_neighbours_by_cut": (
        "main_neighbours.user_neighbours_by_cut",
        ("user_key", "neighbour_key"),
    ),
    "item_neighbours_by_cut": (
        "main_neighbours.item_neighbours_by_cut",
        ("item_key", "neighbour_key"),
    ),
    "plain_item_neighbours_by_cut": (
        "main_neighbours.plain_item_neighbours_by_cut",
        ("item_key", "neighbour_key"),
    ),
    "item_regression": ("main_neighbours.item_regression_python", ("predictor_key", "item_key")),
}


def columns_at_fault(connection: duckdb.DuckDBPyConnection, project: Project) -> set[str]:
    """Return the columns, as model.column, that the leak checks would name now."""
    compiled = project.root / "target" / "compiled" / "also_bought" / "models"
    at_fault = set()
    for name in ("history_differences", "signal_differences"):
        query = (compiled / "evaluation" / "leaks" / f"{name}.sql").read_text()
        at_fault |= {
            f"{model}.{column}"
            for model, column, count, differences in connection.execute(query).fetchall()
            if differences
        }
    return at_fault


@pytest.mark.parametrize("model", READ_AT_CUTS)
def test_orders_of_later_days_are_seen_in_every_column_that_ranking_reads(demo_of_module, model):
    """Give each column in turn, at past cuts, what it is one window later."""
    table, key = READ_AT_CUTS[model]
    with duckdb.connect(str(demo_of_module.database)) as connection:
        columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
        counted = [name for name in columns if name not in (*key, "cut_key")]
        assert counted
        same = " and ".join(f"later.{name} = now.{name}" for name in key)
        for column in counted:
            # The first order stays the first, whatever comes later.
            later = "last_ordered_at" if column == "first_ordered_at" else column
            connection.begin()
            connection.execute(f"""
                update {table} as now set {column} = later.{later} from {table} as later
                where now.cut_key > 0 and later.cut_key = now.cut_key - 1 and {same}
            """)
            assert f"{model}.{column}" in columns_at_fault(connection, demo_of_module)
            connection.rollback()
        assert columns_at_fault(connection, demo_of_module) == set()


def test_votes_and_own_purchases_of_later_days_are_seen_in_the_candidates(demo_of_module):
    counts = "main_interactions.user_item_counts_by_cut"
    plants = {
        f"{counts} set order_count = order_count + 1": "own_frequency",
        f"{counts} set decayed_order_count = 1": "own_history",
    }
    for signal in ("user_neighbours", "item_neighbours", "item_regression"):
        plants[
            f"main_candidates.votes_python set vote_score = vote_score + (signal = '{signal}')::int"
        ] = signal
    with duckdb.connect(str(demo_of_module.database)) as connection:
        for plant, signal in plants.items():
            connection.begin()
            connection.execute(f"update {plant} where cut_key > 0")
            seen = {name for name in columns_at_fault(connection, demo_of_module) if "cand" in name}
            assert seen == {f"candidates.{signal}"}
            connection.rollback()


def test_a_signal_of_a_shops_own_that_knows_the_answers_is_named(demo):
    (demo.root / "models" / "soothsayer.sql").write_text("""
        select distinct targets.cut_key, users.user_id, items.item_id, 1 as score
        from {{ ref('targets') }} as targets
        inner join {{ ref('users') }} as users using (user_key)
        inner join {{ ref('items') }} as items using (item_key)
    """)
    (demo.root / "models" / "soothsayer.yml").write_text("""
models:
  - name: soothsayer
    config: {group: recommendations}
  - name: weighted
    config: {group: recommendations}
""")
    weighted = "select *, 0 as knows_all from {{ ref('also_bought', 'blends') }}"
    (demo.root / "models" / "weighted.sql").write_text(weighted)
    settings = {
        "also_bought__signals": {"knows_all": {"model": "soothsayer", "reason": "you will buy it"}},
        "also_bought__blends": "weighted",
    }
    demo.dbt(
        "run",
        "--select",
        "soothsayer weighted shop_signals candidates signal_metrics figure_leaks leak_checks",
        "--vars",
        json.dumps(settings),
    )
    assert alarms(demo)["signal_too_good"].endswith(" Look at knows_all.")


def test_a_learned_blend_is_taken_from_a_worse_one_and_its_reasons_add_up(demo):
    (demo.root / "models" / "worse.sql").write_text("""
        select * replace (0 as user_neighbours, 0 as item_regression, 1 as sold_ever)
        from {{ ref('also_bought', 'blends') }}
        where preference = 1
    """)
    (demo.root / "models" / "worse.yml").write_text(
        "models: [{name: worse, config: {group: recommendations}}]"
    )
    learned = "from main_ranking.learned_blends order by cut_key, list"
    before = demo.rows(learned)
    # What is bought after the reported cut is no lesson.
    with duckdb.connect(str(demo.database)) as connection:
        connection.execute("update main_interactions.targets set item_key = 1 where cut_key = 1")
    demo.dbt(
        "run",
        "--select",
        "worse learned_weights_python learned_blends blends_by_cut blend_trials chosen_blends",
        "published_ranking published_candidates because_items voting_neighbours",
        "recommendation_reasons",
        "--vars",
        "{also_bought__blends: worse}",
    )
    assert demo.rows(learned) == before
    chosen = "select blend, is_learned from main_ranking.chosen_blends where list = 'explore'"
    assert demo.rows(chosen) == [("learned", True)]
    [(rows, off, against)] = demo.rows("""
        with sums as (
            select user_id, list, rank, sum(contribution) as total,
                bool_or(contribution < 0 and reason = 'less, because it has long been known')
                    as counts_against
            from main_published.recommendation_reasons
            where list = 'explore'
            group by all
        )
        select count(*), count_if(abs(total - score) > 1e-9), count_if(counts_against)
        from main_ranking.published_candidates
        join main_interactions.users using (user_key)
        join sums using (user_id, list, rank)
        where recommender = 'also_bought'
    """)
    assert rows > 1000
    assert off == 0
    assert against > 100


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
    put_orders(project, lines)


@pytest.mark.parametrize("seed", range(20 if IS_LONG else 2))
def test_a_clean_shop_raises_no_alarm(demo, seed):
    draw_shop(demo, seed)
    demo.dbt("run", "--select", "path:models/interactions+,+recommendation_verdicts")
    assert alarms(demo) == {}
    # It is not silent because nothing was judged.
    assert demo.rows("select count(*) > 50 from main_evaluation.user_metrics") == [(True,)]


# From a shop's orders to its lists and verdicts.
LISTS_AND_VERDICTS = (
    "run",
    "--select",
    "path:models/interactions+,+recommendation_verdicts",
    "path:models/interactions+,+user_recommendation_lists",
)


@pytest.fixture(scope="module")
def young_shop(built_demo, tmp_path_factory):
    """Return a shop of 23 days, whose 400 customers keep to a taste and buy nothing twice."""
    random = np.random.default_rng(23)
    lines = []
    for user in range(400):
        taste = user % 8
        items = iter(random.permutation(25))
        for day in random.choice(23, size=random.integers(2, 6), replace=False):
            for _, item in zip(range(random.integers(1, 4)), items, strict=False):
                lines.append((f"C{user:03}", f"P{taste}-{item:02}", f"O{user}-{day}", int(day)))
    shutil.copytree(built_demo.root, root := tmp_path_factory.mktemp("young") / "shop")
    project = Project(root, built_demo.database.name)
    put_orders(project, lines)
    project.dbt(*LISTS_AND_VERDICTS)
    return project


def verdicts(project: Project) -> dict[str, tuple[str, str, str]]:
    """Return verdict, sentence and published recommender of each list."""
    rows = project.rows("""
        select list, verdict, sentence, published_recommender
        from main_published.recommendation_verdicts
    """)
    return {list_: values for list_, *values in rows}


def test_a_young_shop_is_judged_by_the_days_that_it_has(young_shop):
    # 23 days hold four times 5.
    assert young_shop.rows("""
        select distinct window_days, window_ends_at - cut_at from main_interactions.cuts
    """) == [(5, timedelta(days=5))]
    verdict, sentence, published = verdicts(young_shop)["explore"]
    assert (verdict, published) == ("better", "also_bought")
    assert "in the 5 days from 2024-01-19 (the orders do not go back far enough for 28)" in sentence
    compared = re.search(r"Compared are (\d+) of the 400 users with a list", sentence)
    assert 30 < int(compared[1]) < 400
    assert alarms(young_shop) == {}


def test_nobody_is_told_to_buy_again_where_nobody_does(young_shop):
    verdict, sentence, published = verdicts(young_shop)["buy_again"]
    assert (verdict, published) == ("nobody buys again", "none")
    assert sentence.startswith("Nobody buys again: of 400 users who ordered more than once, 0 ")
    assert young_shop.rows("""
        select row_count, shortfall_reason, count(*)
        from main_published.user_recommendation_lists where list = 'buy_again' group by all
    """) == [(0, "nobody_buys_again", 400)]


def test_for_you_is_our_explore_list_where_nobody_buys_again(young_shop):
    _, sentence, published = verdicts(young_shop)["for_you"]
    means = dict(
        young_shop.rows("""
            select recommender, avg(ndcg) from main_evaluation.user_metrics
            where list = 'for_you' and target_set = 'period' and evaluated_ranks = 10
            group by recommender
        """)
    )
    assert means[published] >= means["our_explore_list"] > 2 * means["own_frequency"]
    assert published == "also_bought" or sentence.endswith("Published: our explore list.")
    # Bought items only fill up what has no new ones left.
    assert young_shop.rows("""
        select count(*) from main_published.user_recommendations
        where list = 'for_you' and own_order_count > 0
    """) == [(0,)]


def test_for_you_has_new_items_for_everybody_at_cuts_and_in_production(built_demo):
    fewest = built_demo.rows("""
        with lists as (
            select 'reported' as cut, recommender, count(*) filter (not is_bought) as new_items
            from main_ranking.ranked_candidates
            where list = 'for_you' and rank <= 10 group by recommender, user_key
            union all
            select 'production', recommender, count(*) filter (own_order_count = 0)
            from main_published.user_recommendations
            where list = 'for_you' group by recommender, user_id
        )
        select cut, min(new_items) from lists group by cut order by cut
    """)
    assert fewest == [("production", 2), ("reported", 2)]


def test_every_window_that_a_blend_may_weigh_is_a_baseline(built_demo):
    # Where 7 days say more than 28, they are what ours must beat.
    baselines = built_demo.rows("""
        select verdicts.list, verdicts.best_baseline, max_by(compared.baseline, baseline_mean),
            list(compared.baseline order by compared.baseline)
        from main_published.recommendation_verdicts as verdicts
        inner join main_evaluation.recommender_comparisons as compared using (list)
        where compared.cut_key = 1 and target_set = 'period' and segment = 'all'
            and metric = 'ndcg' and evaluated_ranks = 10
        group by all
    """)
    assert len(baselines) == 4
    windows = {f"top_sellers_{window}" for window in ("week", "fortnight", "recent", "all_time")}
    for list_, best, highest, names in baselines:
        others = {
            "explore": set(),
            "buy_again": {"own_frequency"},
            "for_you": {"own_frequency", "our_explore_list"},
            "with_item": {"plain_cosine", "category_top_sellers"},
        }[list_]
        assert best == highest
        assert set(names) == windows | others | {"random"}


def test_intervals_keep_their_word_from_30_users_on(demo):
    """Draw two lists of 4,000 shops, and count the intervals that hold the truth."""
    random = np.random.default_rng(14)
    n_shops = 4000
    printed = demo.dbt(
        "--quiet",
        "compile",
        "--inline",
        "select user_count, shop, truth, count(case when difference <> 0 then 1 end)"
        " >= {{ fewest_users_with_a_difference() }} as is_judged,"
        " {{ mean_with_interval('difference') }} from drawn group by user_count, shop, truth",
    )
    query = printed[printed.index("select user_count") :]
    # Most users find the same on both lists, and gains are more frequent than losses.
    shares = random.uniform(0.1, 1, n_shops) ** 2
    gain_shares = random.uniform(0.5, 0.9, n_shops)
    shapes = random.uniform(1, 4, n_shops)
    truths = shares * (2 * gain_shares - 1) * shapes / (shapes + 3)
    for user_count in (30, 50, 100, 300):
        size = (n_shops, user_count)
        differences = random.beta(np.broadcast_to(shapes[:, None], size), 3)
        differences *= np.where(random.random(size) < gain_shares[:, None], 1, -1)
        differences *= random.random(size) < shares[:, None]
        drawn = {
            "user_count": np.full(differences.size, user_count),
            "shop": np.repeat(np.arange(n_shops), user_count),
            "truth": np.repeat(truths, user_count),
            "difference": differences.ravel(),
        }
        with duckdb.connect() as connection:
            connection.register("drawn", pa.table(drawn))
            held, judged = connection.execute(f"""
                select avg((truth between low and high)::int), count(*)
                from ({query}) where is_judged
            """).fetchone()
        assert judged > 800, user_count
        assert 0.93 <= held <= 0.97, (user_count, held, judged)
