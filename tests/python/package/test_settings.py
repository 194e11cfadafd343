"""The vars: known, documented, and checked before anything runs."""

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from dbt_project import REPOSITORY, Project, copy_macros, copy_repository

PREFIX = "also_bought__"
VARS = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]
TYPES = dict(
    re.findall(
        r"^ +'(\w+)': \{'type': '(\w+)'",
        (REPOSITORY / "macros" / "settings" / "setting_definitions.sql").read_text(),
        flags=re.MULTILINE,
    )
)

HOSTILE = ["1; drop table x", "{{ var('x') }}", "it's", 'quo"te', "new\nline", "a b"]
WRONG = {
    "order_sources": [
        [],
        "a_model",
        ["a", "a"],
        ["a", "also_bought.a"],
        [1],
        *([text] for text in HOSTILE),
    ],
    "products": [None, 1, ["a"], "a.b.c", "a.", *HOSTILE],
    "blends": [None, 1, ["a"], "a.b.c", "a.", *HOSTILE],
    "customers": [1, "1", ["a"], "../a", *HOSTILE],
    "as_of": ["2025-02-30", "2025-13-01", "0000-01-01", "31.03.2025", 20250331, *HOSTILE],
    "incremental_orders": [None, 1, 0, "true", "yes", *HOSTILE],
    "basket_affinity": [None, 1, 0, "true", "yes", *HOSTILE],
    "merchandising_rules": [1, ["a"], "../a", *HOSTILE],
    "repurchase_intervals": [None, 1, 0, "true", "yes", *HOSTILE],
    "similar_items": [None, 1, 0, "true", "yes", *HOSTILE],
    "learned_blends": [None, 1, 0, "true", "yes", *HOSTILE],
    "weekly_evaluation": [None, 1, 0, "true", "yes", *HOSTILE],
    "max_rejected_share": [None, True, "0.5", -0.1, 1.1, float("nan"), float("inf"), *HOSTILE],
    "checks": [[], "a_model", ["a", "a"], [1], *([text] for text in HOSTILE)],
    "stopping_checks": [None, "freshness", ["a_typo"], *HOSTILE],
    "accepted_checks": [None, [], {"a_typo": "sale"}, *({"volume": text} for text in HOSTILE[1:4])],
    "event_sources": [[], "a_model", ["a", "a"], [1], *([text] for text in HOSTILE)],
    "control_totals": [1, ["a"], "../a", *HOSTILE],
    "control_totals_tolerance": [None, True, "0.01", -0.1, 1.1],
    "signals": [
        None,
        ["near_you"],
        {"near_you": "near_you"},
        {"near_you": {"model": "near_you"}},
        {"near_you": {"model": "near_you", "reasons": "near"}},
        {"near_you": {"model": "near_you", "reason": "near", "weight": 1}},
        *({name: {"model": "a", "reason": "near"}} for name in HOSTILE),
        *({"near_you": {"model": name, "reason": "near"}} for name in [1, "a.", *HOSTILE]),
        *({"near_you": {"model": "a", "reason": text}} for text in [1, "", *HOSTILE[1:4]]),
        # Words of SQL, and names that are taken.
        *(
            {name: {"model": "a", "reason": "near"}}
            for name in [
                "order",
                "Near_you",
                "own_history",
                "sold_ever",
                "top_sellers_week",
                "a_" * 21,
            ]
        ),
    ],
    "neighbours_engine": ["rust", "Python", 1, *HOSTILE],
    "published_to": [1, True, "", ["a"]],
    "erased_customers": [1, True, "", ["a"]],
} | {
    name: [True, -1, 10**10, 1.5, "5", [5], *HOSTILE]
    for name, type_ in TYPES.items()
    if type_ == "integer"
}
RIGHT = {
    "signals": [{}, {"near_you": {"model": "a.b", "reason": "bought where you live"}}],
    "order_sources": [["a"], ["a.b", "_c1"]],
    "products": ["a", "a.b"],
    "customers": [None, "a.b"],
    "checks": [None, ["a", "a.b"]],
    "stopping_checks": [[], ["volume"]],
    "as_of": [None, "2024-02-29", "2025-12-31"],
    "incremental_orders": [True, False],
    "weekly_evaluation": [True, False],
    "neighbours_engine": [None, "python", "sql"],
    "neighbours_per_user": [1, 50, 1000],
    "max_items_per_user": [None, 1],
    "published_to": [None, "also_bought", "/srv/it's here/also_bought.duckdb"],
    "erased_customers": [None, "/srv/it's here/erased.csv"],
}

# dbt takes seconds to start, so all values are put to the check in one go.
ASK = """
{% macro ask(questions) %}
    {%- for name, value in questions -%}
        {%- set definition = also_bought.setting_definitions()[name] -%}
        {{ print('problem: ' ~ also_bought.setting_problem(definition, value) | tojson) }}
    {%- endfor -%}
{% endmacro %}
"""


@pytest.fixture(scope="module")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the project with one small model in place of its own."""
    return copy_macros(tmp_path_factory.mktemp("settings"))


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """Return a shop that installed the package, with one small model in place of ours."""
    package = tmp_path / "dbt_packages" / "also_bought"
    package.mkdir(parents=True)
    shutil.copy(REPOSITORY / "dbt_project.yml", package)
    shutil.copytree(REPOSITORY / "macros", package / "macros")
    files = {
        package / "models/lines.sql": """
            {% for name in also_bought.setting('order_sources') %}
            select line from {{ also_bought.input_model(name) }} {{ 'union all' if not loop.last }}
            {% endfor %}""",
        tmp_path / "models/stg_web_orders.sql": "select 1 as line",
        tmp_path / "models/second_try.sql": "select 2 as line",
        tmp_path / "models/models.yml": """
            {models: [
              {name: stg_till_orders, latest_version: 2, versions: [{v: 2, defined_in: second_try}]}
            ], snapshots: [
              {name: stg_phone_orders, relation: ref('stg_web_orders'),
               config: {strategy: check, unique_key: line, check_cols: all}}
            ]}""",
        tmp_path / "packages.yml": "packages: [{local: dbt_packages/also_bought}]",
        tmp_path / "profiles.yml": """
            shop: {outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}, target: dev}""",
    }
    for file, text in files.items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    shop = Project(tmp_path, "shop.duckdb")
    set_vars(shop, SHOP_VARS)
    return shop


SHOP_VARS = {
    PREFIX + "order_sources": ["stg_web_orders", "shop.stg_till_orders"],
    PREFIX + "products": "stg_web_orders",
    PREFIX + "customers": None,
}


def set_vars(shop: Project, project_vars: dict) -> None:
    """Write the shop's project file with these vars."""
    project = {"name": "shop", "version": "1.0.0", "profile": "shop", "vars": project_vars}
    (shop.root / "dbt_project.yml").write_text(yaml.safe_dump(project))


def refusal(project: Project, name: str, value: object) -> str:
    """Build with a var that must be refused; return the message, and check that nothing ran."""
    return refused(project, "build", "--vars", json.dumps({name: value}))


def refused(project: Project, *command: str) -> str:
    """Return the message of a command that must be refused, and check that nothing ran."""
    project.database.unlink(missing_ok=True)
    message = project.dbt("--quiet", "--no-use-colors", *command, succeeds=False).strip()
    assert not project.database.exists() or project.rows("from duckdb_tables()") == []
    assert len(message.splitlines()) <= 5, message
    assert "Where: " in message
    assert "What to do: " in message
    return message


def test_every_var_has_a_definition_and_a_default():
    assert [PREFIX + name for name in TYPES] == list(VARS)


def test_no_model_or_macro_reads_a_var_that_is_not_checked():
    read = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")
    found = {
        name
        for folder in ("models", "python_models", "macros", "tests", "seeds")
        for path in (REPOSITORY / folder).rglob("*")
        if path.suffix in (".sql", ".yml")
        for name in read.findall(path.read_text())
    }
    # setting() puts the name together from the prefix and the checked name.
    assert found - {PREFIX} <= set(VARS)


def test_the_readme_s_table_names_each_var_and_its_default():
    rows = re.findall(
        rf"^\| `({PREFIX}\w+)` \| (.*?) \| (.+?) \|$",
        (REPOSITORY / "README.md").read_text(),
        flags=re.MULTILINE,
    )
    assert rows, "README.md lacks the table of vars: | `var` | default | what it does |"
    assert [name for name, _, _ in rows] == list(VARS)
    # A list is told in words.
    told = {name: cell for name, cell, _ in rows if not isinstance(VARS[name], list)}
    defaults = {name: VARS[name] for name in told}
    assert told == {
        name: f"`{value if isinstance(value, str) else json.dumps(value)}`"
        for name, value in defaults.items()
    }


def problems(project: Project, values: dict[str, list]) -> list[tuple[str, object, str]]:
    """Return each name and value, with what the check says of it."""
    questions = [(name, value) for name, of_name in values.items() for value in of_name]
    (project.root / "macros" / "ask.sql").write_text(ASK)
    output = project.dbt("run-operation", "ask", "--args", json.dumps({"questions": questions}))
    answers = re.findall(r"^problem: (.*)$", output, flags=re.MULTILINE)
    return [
        (name, value, json.loads(answer))
        for (name, value), answer in zip(questions, answers, strict=True)
    ]


def test_every_wrong_value_is_a_problem(small_project):
    assert set(WRONG) == set(TYPES)
    found = problems(small_project, WRONG)
    assert [(name, value) for name, value, problem in found if not problem] == []


def test_right_values_are_no_problem(small_project):
    found = problems(small_project, RIGHT)
    assert [(name, value, problem) for name, value, problem in found if problem] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("neighbours_per_user", HOSTILE[0]),
        ("neighbours_per_user", HOSTILE[1]),
        ("customers", "x; drop table y"),
    ],
)
def test_a_wrong_value_is_refused_before_anything_runs(small_project, name, value):
    assert PREFIX + name in refusal(small_project, PREFIX + name, value)


def test_a_misspelt_name_is_refused_and_the_right_one_is_named(small_project):
    message = refusal(small_project, "also_bought__neighbors_per_user", 5)
    assert "no var named also_bought__neighbors_per_user; the nearest is" in message
    assert "also_bought__neighbours_per_user" in message


@pytest.mark.parametrize(
    ("more_vars", "message"),
    [
        ({PREFIX + "recent_dayz": 7}, f"the nearest is {PREFIX}recent_days"),
        ({"also_bought_recent_days": 7}, f"the nearest is {PREFIX}recent_days"),
        ({"also_bought": {PREFIX + "recent_dayz": 7}}, f"the nearest is {PREFIX}recent_days"),
        ({"also_bought": {"recent_days": 7}}, f"the nearest is {PREFIX}recent_days"),
        ({"shop": {PREFIX + "recent_days": 7}}, "stands where only shop reads it"),
    ],
)
def test_a_misspelt_name_in_the_project_file_is_refused(shop, more_vars, message):
    set_vars(shop, SHOP_VARS | more_vars)
    assert message in refused(shop, "build")


def test_right_names_and_vars_of_others_are_let_through(shop):
    set_vars(
        shop,
        {
            "also_bought": SHOP_VARS | {"a_rule_of_the_shop": 1},
            "shop": {"recent_dayz": 1},
            "another_package": {PREFIX + "nonsense": 1},
        },
    )
    sources = ["stg_web_orders", "shop.stg_till_orders", "stg_phone_orders"]
    more_vars = {PREFIX + "order_sources": sources, PREFIX + "recent_days": 7}
    shop.dbt("build", "--vars", json.dumps(more_vars))
    assert sorted(shop.rows("select line from main.lines")) == [(1,), (1,), (2,)]


@pytest.mark.parametrize("command", ["parse", "build"])
def test_a_shop_that_has_not_set_the_vars_yet_is_told_which(shop, command):
    set_vars(shop, {"theirs": 1})
    assert f"The var {PREFIX}order_sources is not set." in refused(shop, command)


def test_the_demo_shop_s_customers_are_nobody_else_s_default(shop):
    set_vars(shop, {name: SHOP_VARS[name] for name in list(SHOP_VARS)[:2]})
    assert f"The var {PREFIX}customers is not set." in refused(shop, "build")


def test_a_misspelt_var_is_named_rather_than_the_one_that_it_leaves_unset(shop):
    set_vars(shop, {PREFIX + "order_source": ["stg_web_orders"]})
    assert f"the nearest is {PREFIX}order_sources" in refused(shop, "parse")


def test_an_input_model_that_is_not_there_is_named_with_its_var_and_the_nearest(shop):
    set_vars(shop, SHOP_VARS | {PREFIX + "order_sources": ["stg_web_order"]})
    message = refused(shop, "parse")
    assert "There is no model stg_web_order in shop; the nearest is stg_web_orders." in message
    assert f"the var {PREFIX}order_sources" in message


def test_the_whole_project_refuses_as_shortly(tmp_path):
    # Its models read the vars while dbt parses them, long before the check at the start.
    project = copy_repository(tmp_path)
    for name, value in [
        ("neighbours_engine", "rust"),
        ("order_sources", ["x; drop table y"]),
        ("no_such_var", 1),
    ]:
        assert PREFIX + name in refusal(project, PREFIX + name, value)
