"""Nights that judge no past cut have the tables of a build that judges them all."""

import shutil

import numpy as np
import pytest
from dbt_project import IS_LONG, Project
from drawn_orders import put_orders

WEEKLY = "also_bought__weekly_evaluation: true"
# Day 0 of `put_orders` is a Monday, and so is this one.
MONDAY = 196
MODELS = ("--resource-type", "model")
LONG = pytest.mark.skipif(not IS_LONG, reason="make test-long")
EVALUATION = (
    "main_ranking.learned_blends",
    "main_ranking.blend_trials",
    "main_ranking.chosen_blends",
    "main_evaluation.recommender_comparisons",
    "main_evaluation.leak_checks",
    "main_evaluation.evaluation_data",
    "main_evaluation.latest_evaluation",
)


def drawn_lines() -> list[tuple[str, str, str, int]]:
    """Return lines of 150 customers with a taste of five, up to the Tuesday."""
    random = np.random.default_rng(11)
    lines = [("C0", "P0-0", "O-last", MONDAY + 1)]
    for user in range(150):
        for day in random.choice(MONDAY, size=random.integers(2, 9), replace=False):
            for item in random.choice(12, size=random.integers(1, 4), replace=False):
                taste = user % 5 if random.random() < 0.7 else random.integers(5)
                lines.append((f"C{user}", f"P{taste}-{item}", f"O{user}-{day}", int(day)))
    return lines


LINES = drawn_lines()
# A known customer, and a new one and a new product whose ids come before all others.
NIGHT = [
    ("C7", "P1-1", "O-n1", MONDAY + 2),
    ("C7", "A-new", "O-n1", MONDAY + 2),
    ("A-new", "A-new", "O-n2", MONDAY + 2),
    ("A-new", "P0-0", "O-n2", MONDAY + 2),
]


def build(project: Project, *arguments: str, vars_: str = WEEKLY, **orders: list) -> int:
    """Put orders into the shop and build from there; return how many cuts had lists made."""
    put_orders(project, orders.get("lines", [*LINES, *NIGHT]))
    project.dbt("build", *arguments, "--vars", f"{{{vars_}}}")
    return len(project.rows("select * from main_interactions.built_cuts"))


def whole(project: Project, *arguments: str, **changed) -> int:
    """Build all that hangs on the orders."""
    return build(project, "--select", "path:models/interactions+", *arguments, **changed)


def contents(project: Project) -> dict[str, list[tuple]]:
    """Return the rows of the public tables and of those that say how past cuts did."""
    of_evaluation = {name: project.rows(f"from {name} order by all") for name in EVALUATION}
    return project.contents() | of_evaluation


def asked(project: Project, **changed) -> int:
    """Build only as far as it takes to know which cuts are judged."""
    return build(project, *MODELS, "--select", "path:models/interactions", **changed)


@pytest.fixture(scope="module")
def judged(demo_of_module: Project) -> Project:
    """Return a shop whose past cuts were judged on Tuesday's orders."""
    assert whole(demo_of_module, *MODELS, lines=LINES) == 4
    return demo_of_module


@pytest.fixture
def shop(judged: Project, tmp_path) -> Project:
    """Return a copy of the judged shop."""
    shutil.copytree(judged.root, tmp_path / "shop")
    return Project(tmp_path / "shop", judged.database.name)


def test_a_night_judges_nothing_anew_and_has_the_tables_of_a_whole_build(shop):
    # The tests of the data hold as well where past cuts have no lists.
    assert whole(shop, *(("--exclude-resource-type", "unit_test") if IS_LONG else MODELS)) == 1
    kept = shop.contents() | {name: shop.rows(f"from {name} order by all") for name in EVALUATION}
    assert kept["main_evaluation.recommender_comparisons"]
    assert kept["main_ranking.blend_trials"]
    assert whole(shop, *MODELS, "--full-refresh") == 4
    judged_anew = contents(shop)
    assert judged_anew.keys() == kept.keys()
    for name, rows in judged_anew.items():
        assert kept[name] == rows, name


def late_line(shop: Project) -> dict:
    """Let a line come late that was ordered before the Monday."""
    return {"lines": [*LINES, *NIGHT, ("C7", "P1-1", "O-late", MONDAY - 1)]}


def taken_back(shop: Project) -> dict:
    """Let a line of a past window be no purchase any more."""
    return {"lines": [*LINES[1:-1], *NIGHT]}


def next_week(shop: Project) -> dict:
    """Let the next Monday pass."""
    return {"lines": [*LINES, *NIGHT, ("C7", "P1-1", "O-next", MONDAY + 7)]}


def another_var(shop: Project) -> dict:
    """Name fewer people."""
    return {"vars_": f"{WEEKLY}, also_bought__least_people: 4"}


def another_rule(shop: Project) -> dict:
    """Change a rule."""
    shop.edit("macros/rules/is_shared_by_enough.sql", ">= 8 *", ">= 9 *")
    return {}


@pytest.mark.parametrize(
    "change",
    [
        another_var,
        *(pytest.param(change, marks=LONG) for change in (taken_back, next_week, another_rule)),
    ],
)
def test_what_decided_about_the_past_is_judged_anew_where_it_changed(shop, change):
    assert asked(shop, **change(shop)) == 4


def test_a_build_that_died_while_it_judged_leaves_nothing_to_keep(shop):
    assert asked(shop) == 1
    assert asked(shop, **late_line(shop)) == 4
    # These orders are those of what was kept, but other tables may be of the line that came late.
    assert asked(shop) == 4
