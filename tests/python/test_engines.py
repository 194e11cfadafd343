"""One set of models for every warehouse: what differs lives in dispatched macros."""

import re

from dbt_project import REPOSITORY

ENGINES = ("duckdb", "postgres", "spark")


def test_models_never_ask_which_engine_they_run_on() -> None:
    models = [*REPOSITORY.glob("models/**/*.sql"), *REPOSITORY.glob("models/**/*.yml")]
    assert len(models) > 60
    asking = [
        path.name for path in models if re.search(r"target\.type|adapter\.type", path.read_text())
    ]
    assert asking == []


def test_a_macro_that_one_engine_has_of_its_own_exists_for_every_engine() -> None:
    found = {}
    for path in REPOSITORY.glob("macros/**/*.sql"):
        for engine, name in re.findall(
            rf"macro ({'|'.join(ENGINES)}|default)__(\w+)", path.read_text()
        ):
            found.setdefault(name, set()).add(engine)
    missing = {
        name: sorted(set(ENGINES) - engines)
        for name, engines in found.items()
        if "default" not in engines and "duckdb" in engines and not set(ENGINES) <= engines
    }
    assert missing == {}
