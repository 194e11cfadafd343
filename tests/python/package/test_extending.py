"""What a shop adds in its own project, as docs/extending.md shows it, works like ours."""

import json
import re
from pathlib import Path

import duckdb
import pytest
from dbt_project import REPOSITORY, Project, copy_repository

from also_bought.publishing.duckdb_file import publish

SHOP = Path("integration_tests", "extending")
PAGE = (REPOSITORY / "docs" / "extending.md").read_text(encoding="utf-8")
# The line above a block names the file that the block is of.
BLOCK_OF_FILE = re.compile(r"^`([\w./]+)`([^\n]*):\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUERY = re.compile(r"^```sql\n(select [^\n]*)\n```$", re.MULTILINE)
DROPPED = ", to drop one"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the corner shop, built and published. Who changes it changes it back."""
    root = tmp_path_factory.mktemp("extending")
    copy_repository(root)
    shop = Project(root / SHOP, "corner_shop.duckdb")
    shop.dbt("deps")
    shop.dbt("build", "--no-partial-parse")
    assert set(shop.results().values()) <= {"success", "pass"}
    publish(shop.database, shop.root / "serving.duckdb", "main")
    return shop


def published(shop: Project, query: str) -> list[tuple]:
    """Return the rows of a query on the serving file."""
    with duckdb.connect(str(shop.root / "serving.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_page_shows_every_file_that_extends_something():
    shown = {}
    for file, remark, block in BLOCK_OF_FILE.findall(PAGE):
        if remark != DROPPED:
            shown[file] = shown.get(file, "") + block
            assert block in (REPOSITORY / SHOP / file).read_text(encoding="utf-8"), file
    adding = [
        path.relative_to(REPOSITORY / SHOP).as_posix()
        for folder in ("macros", "models", "seeds")
        for path in (REPOSITORY / SHOP / folder).glob("*.*")
    ]
    assert len(adding) >= 8
    assert set(shown) == {*adding, "dbt_project.yml"}
    for file in adding:
        whole = (REPOSITORY / SHOP / file).read_text(encoding="utf-8")
        assert file.endswith(".yml") or shown[file] == whole, file


@pytest.mark.parametrize("query", QUERY.findall(PAGE))
def test_each_query_of_the_page_finds_something_in_the_serving_file(shop, query):
    assert published(shop, query)


def test_the_page_has_a_query_for_each_extension_but_the_rule():
    sections = re.findall(r"^## ", PAGE, re.MULTILINE)
    assert len(QUERY.findall(PAGE)) == len(sections) - 1 == 8


def test_a_signal_of_the_shop_is_tried_weighed_and_named_in_reasons(shop):
    assert shop.rows(
        "select blend, same_category from main_ranking.chosen_blends where list = 'for_you'"
    ) == [("ours_and_category", 0.5)]
    assert published(
        shop,
        "select distinct reason from recommendation_reasons where strategy = 'same_category'",
    ) == [("from a category that you often buy",)]
    # Each reason adds to the score what the signal is worth by the blend.
    assert published(
        shop,
        "select max(contribution) from recommendation_reasons"
        " where list = 'for_you' and strategy = 'same_category'",
    ) == [(0.5,)]


def test_a_signal_of_the_shop_is_a_baseline_of_the_list_that_names_it(shop):
    assert published(
        shop, "select list, role from recommender_definitions where recommender = 'same_category'"
    ) == [("explore", "baseline")]
    assert shop.rows(
        "select count(distinct baseline) from main_evaluation.recommender_comparisons"
        " where list = 'explore' and baseline = 'same_category'"
    ) == [(1,)]


def test_a_list_of_the_shop_has_a_verdict_and_rows_for_everybody(shop):
    [(verdict, row_count, known)] = published(
        shop,
        "select any_value(verdict), count(*), count(*) filter (where own_order_count > 0)"
        " from user_recommendations inner join recommendation_verdicts using (list)"
        " where list = 'more_of_it'",
    )
    [(user_count,)] = published(
        shop, "select count(distinct user_id) from user_recommendation_lists"
    )
    assert (verdict, row_count, known) == ("better", 10 * user_count, 0)


def test_a_metric_of_the_shop_is_between_0_and_1_wherever_the_others_are(shop):
    [(of_ours, of_theirs, low, high)] = published(
        shop,
        "select count(*) filter (where metric = 'hit_rate'),"
        " count(*) filter (where metric = 'top_hit'),"
        " min(mean) filter (where metric = 'top_hit'),"
        " max(mean) filter (where metric = 'top_hit') from recommendation_metrics",
    )
    assert of_theirs == of_ours > 0
    assert 0 <= low < high <= 1


def test_a_table_of_the_shop_is_published_from_the_same_run(shop):
    assert published(
        shop,
        "select count(distinct run_id) from (select run_id from category_recommendations"
        " union all select run_id from user_recommendations)",
    ) == [(1,)]


def test_a_shop_drops_lists_of_ours_and_publishes_the_rest(shop):
    [block] = [block for _, remark, block in BLOCK_OF_FILE.findall(PAGE) if remark == DROPPED]
    assert "pop('buy_again')" in block
    path = shop.root / "macros" / "lists.sql"
    before = path.read_text()
    own = "{'holds': ['bought'], 'baselines': ['own_frequency']}"
    path.write_text(
        block.replace(
            "pop('buy_again')",
            f"pop('buy_again') -%}}{{%- do lists.update({{'more_of_it': {own}}})",
        ).replace("    {{ return", "    {%- do lists.pop('explore') -%}\n    {{ return")
    )
    shop.edit("models/category_recommendations.sql", "'explore'", "'for_you'")
    try:
        changed = (
            "own_blends",
            "targets",
            "largest_signals",
            "list_definitions",
            "recommender_definitions",
        )
        shop.dbt("build", "--select", *(f"{name}+" for name in changed))
        publish(shop.database, shop.root / "without.duckdb", "main")
    finally:
        path.write_text(before)
        shop.edit("models/category_recommendations.sql", "'for_you'", "'explore'")
    with duckdb.connect(str(shop.root / "without.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select list, count(*) filter (where own_order_count = 0) > 0,"
            " count(*) filter (where own_order_count > 0) > 0"
            " from user_recommendations group by list order by list"
        ).fetchall()
    assert found == [("for_you", True, True), ("more_of_it", False, True)]


# A file, what stands in it, what somebody wrote instead, the command, and what it says.
BUILD = ("build", "--exclude-resource-type", "test", "unit_test", "--select")
SIGNAL = (*BUILD, "same_category", "shop_signals")
BLENDS = (*BUILD, "own_blends", "blends_by_cut")
WRONG = {
    "a model that is not there": (
        "dbt_project.yml",
        "{model: same_category,",
        "{model: same_categories,",
        ("parse",),
        [
            "There is no model same_categories",
            "the nearest is same_category.",
            "also_bought__signals",
        ],
    ),
    "a signal without a score": (
        "models/same_category.sql",
        "as score",
        "as scores",
        SIGNAL,
        ["The input model same_category lacks: score (the nearest it has is scores)."],
    ),
    "a score in words": (
        "models/same_category.sql",
        "bought_categories.line_count as score",
        "'much' as score",
        SIGNAL,
        ["The column score of the input model same_category is varchar, but it must be a number."],
    ),
    "a score below 0": (
        "models/same_category.sql",
        "bought_categories.line_count as score",
        "-bought_categories.line_count as score",
        SIGNAL,
        ["rows of the signal same_category have no score above 0", "the model same_category"],
    ),
    "a weight left out": (
        "seeds/own_blends.csv",
        "for_you,ours_and_category,2,1,0.25,0,0,0.5",
        "for_you,ours_and_category,2,1,0.25,0,0,",
        BLENDS,
        ["The blend ours_and_category of the list for_you has no weight of same_category."],
    ),
    "a weight that no reason can say": (
        "seeds/own_blends.csv",
        "for_you,ours_and_category,2,1,0.25,0,0,0.5",
        "for_you,ours_and_category,2,1,0.25,0,0,-0.5",
        BLENDS,
        ["weighs same_category below 0; only what sells may count against an item."],
    ),
    "a name that a learned blend has": (
        "seeds/own_blends.csv",
        "for_you,ours_and_category,",
        "for_you,learned,",
        BLENDS,
        ["The blend learned of the list for_you has the name of those that the build learns."],
    ),
    "blends without the signal": (
        "seeds/own_blends.csv",
        "same_category",
        "same_categories",
        BLENDS,
        ["own_blends lacks: same_category (the nearest it has is same_categories)."],
    ),
    "a baseline that is not there": (
        "macros/lists.sql",
        "append('same_category')",
        "append('same_categories')",
        ("parse",),
        ["has no baseline same_categories; the nearest is same_category.", "macros/lists.sql"],
    ),
    "a list that holds nothing that there is": (
        "macros/lists.sql",
        "'holds': ['new']",
        "'holds': ['news']",
        ("parse",),
        ["The list more_of_it holds news", "the nearest is new.", "macros/lists.sql"],
    ),
    "a metric that is no column": (
        "macros/ranking_metrics.sql",
        "'column': 'top_hit'",
        "'column': 'top hit'",
        ("parse",),
        ["The metric top_hit cannot have the name top hit.", "macros/ranking_metrics.sql"],
    ),
    "a published table of no group": (
        "models/_corner_shop__models.yml",
        "published_group: bi",
        "published_group: bii",
        (*BUILD, "few_returns"),
        [
            "The published_group of category_recommendations is bii; it is app or bi;"
            " the nearest is bi.",
            "models/category_recommendations.sql",
        ],
    ),
    "a published table without a key": (
        "models/_corner_shop__models.yml",
        "primary_key: [category, item_id]",
        "primary_key: [categories, item_id]",
        (*BUILD, "few_returns"),
        [
            "category_recommendations is tagged published and lacks: the column categories",
            "the nearest is category",
            "models/category_recommendations.sql",
        ],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_missing_or_misspelt_is_named(shop, case):
    file, right, wrong, command, messages = WRONG[case]
    path = shop.root / file
    text = path.read_text()
    shop.edit(file, right, wrong)
    try:
        output = shop.dbt("--quiet", "--no-use-colors", *command, succeeds=False)
    finally:
        path.write_text(text)
    assert [message for message in messages if message not in output] == [], output
    # One of the lines is dbt's own, where it has begun.
    assert len(output.strip().splitlines()) <= 6, output


def row(cut="0", user="'C0001'", item="'TEA-01'", score="1.0") -> str:
    """Return the query of one row of a signal."""
    return f"select {cut} as cut_key, {user} as user_id, {item} as item_id, {score} as score"


ROWS = {
    row(cut="1"): "",
    row(cut="1", score="cast(null as int)"): "have no score above 0",
    row(cut="1", score="-1"): "have no score above 0",
    row(cut="1", score="0"): "have no score above 0",
    row(cut="1", score="'nan'::double"): "have no score above 0",
    row(cut="1", score="'inf'::double"): "have no score above 0",
    row(cut="1", user="null"): "have no cut_key, user_id or item_id",
    row(cut="9"): "have a cut_key that the model cuts has not",
    f"{row(cut='1')} union all {row(cut='1')}": "repeat the cut_key",
    row(cut="1", user="1"): "name no customer",
    row(cut="1", item="''"): "name no product",
    row(): "are of production alone",
}
BLENDED = {
    ("explore", "buy_again", "for_you", "more_of_it"): "",
    (
        "explore",
        "buy_again",
        "for_you",
        "more_of_them",
    ): "no blend for the list more_of_it; the nearest is more_of_them.",
    (
        "explore",
        "buy_again",
        "for_you",
        "for_yuo",
        "more_of_it",
    ): "There is no list for_yuo; the nearest is for_you.",
}
LISTS = {
    "holds": ({"holds": ["new"]}, "lacks: baselines"),
    "kind": ({"holds": ["bougt"], "baselines": ["random"]}, "the nearest is bought"),
    "nothing": ({"holds": [], "baselines": ["own_frequency"]}, "needs a list of words at holds"),
    "text": ({"holds": "new", "baselines": ["own_frequency"]}, "needs a list of words at holds"),
    "unknown": (
        {"holds": ["new"], "baselines": ["own_frequency"], "length": 3},
        "has an unknown part, length",
    ),
    "first": ({"holds": ["new"], "baselines": ["our_explore_list"]}, "begins its baselines with"),
    "all": ({"holds": ["new"], "baselines": ["own_frequency"]}, "needs another name"),
    "it's": ({"holds": ["new"], "baselines": ["own_frequency"]}, "needs another name"),
    "no_mapping": (["new"], "does not say what it holds"),
    "right": ({"holds": ["new", "bought"], "baselines": ["own_frequency"]}, ""),
}
ASK = """
{% macro ask(queries, lists, blended) %}
    {%- for query in queries -%}
        {%- set query = also_bought.faults_of_signal('s_s', '(' ~ query ~ ') as rows_of_signal') -%}
        {{ print('found: ' ~ (run_query(query).rows | map(attribute=0) | list | tojson)) }}
    {%- endfor -%}
    {%- for lists_of_blends in blended -%}
        {{ print('found: ' ~ ([also_bought.problem_of_blended_lists(lists_of_blends)] | tojson)) }}
    {%- endfor -%}
    {%- for name, definition in lists -%}
        {{ print('found: ' ~ ([also_bought.list_problem(name, definition)] | tojson)) }}
    {%- endfor -%}
{% endmacro %}
"""


def test_each_fault_of_a_signal_a_blend_and_a_list_is_told(shop):
    """All in one run: dbt takes seconds to start."""
    (shop.root / "macros" / "ask.sql").write_text(ASK)
    questions = {
        "queries": list(ROWS),
        "blended": list(BLENDED),
        "lists": [[name, definition] for name, (definition, _) in LISTS.items()],
    }
    try:
        # An operation of the shop's sees no default of the package's vars.
        switched_off = (
            "{also_bought__event_sources: null, also_bought__repurchase_intervals: false}"
        )
        arguments = ("--args", json.dumps(questions), "--vars", switched_off)
        output = shop.dbt("--quiet", "run-operation", "ask", *arguments)
    finally:
        (shop.root / "macros" / "ask.sql").unlink()
    answers = [json.loads(line) for line in re.findall(r"^found: (.*)$", output, re.MULTILINE)]
    expected = [*ROWS.values(), *BLENDED.values(), *(problem for _, problem in LISTS.values())]
    for answer, part in zip(answers, expected, strict=True):
        told = " ".join(answer)
        assert part in told if part else told == "", (part, told)
