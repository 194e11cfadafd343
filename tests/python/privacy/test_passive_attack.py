"""Who watches the item tables does not learn what somebody bought (`passive_attack.py`)."""

import json
from pathlib import Path

import pytest
from dbt_project import Project
from passive_attack import MODELS, attacked, invented_purchases


def compiled(project: Project, **settings: int) -> Path:
    """Return the folder of the attacked models, as dbt compiles them with some settings."""
    names = {f"also_bought__{name}": value for name, value in settings.items()}
    variables = json.dumps({"also_bought__neighbours_engine": "sql"} | names)
    target = f"target/{'_'.join(map(str, settings.values())) or 'default'}"
    project.dbt("compile", "--select", *MODELS, "--vars", variables, "--target-path", target)
    return project.root / target


@pytest.fixture(scope="module")
def inferred(demo_of_module: Project) -> dict[str, float]:
    """Return what is inferred of an invented shop, with the default floor of people and without."""
    purchases = invented_purchases()
    name = demo_of_module.database.stem
    return {
        "default": attacked(compiled(demo_of_module), name, purchases, 100).share,
        "none": attacked(compiled(demo_of_module, least_people=1), name, purchases, 100).share,
    }


def test_an_observer_infers_next_to_nothing(inferred):
    assert inferred["default"] <= 0.03


def test_without_a_floor_the_same_observer_succeeds(inferred):
    assert inferred["none"] >= 0.10
