"""`make release-check` names what a release would break, and asks for the version that says so."""

import copy
import importlib.util
import json
import shutil
from pathlib import Path

import pytest
import yaml
from dbt_project import REPOSITORY, copy_repository

_specification = importlib.util.spec_from_file_location(
    "release_check", REPOSITORY / "release" / "check.py"
)
check = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(check)

VERSIONED_FILES = (
    "dbt_project.yml",
    "pyproject.toml",
    "macros/build_log/also_bought_version.sql",
    "CHANGELOG.md",
)


@pytest.fixture(scope="module")
def surface(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return the public surface of this checkout."""
    project = copy_repository(tmp_path_factory.mktemp("parsed"))
    project.dbt("parse")
    manifest = json.loads((project.root / "target" / "manifest.json").read_text())
    settings = yaml.safe_load((project.root / "dbt_project.yml").read_text())
    return check.public_surface(manifest, settings)


def test_the_surface_holds_what_the_version_policy_calls_public(surface):
    tables = surface["tables"]
    assert tables["popular_items"]["rank"].endswith("not null")
    assert {
        "metric_definitions",
        "publication",
        "attribute_permissions",
        "list_overlap",
        "publication_history",
        "order_lines",
    } <= set(tables)
    assert not {"checked_order_lines", "scaled_candidates"} & set(tables)
    settings = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]
    assert set(surface["vars"]) == set(settings)
    rules = {path.stem for path in (REPOSITORY / "macros" / "rules").glob("*.sql")}
    assert rules | check.STAGING_MACROS <= set(surface["macros"])
    assert surface["commands"]["publish"]["exit code of a refusal"] == 1
    assert surface["commands"]["show"]["exit code of a wrong option"] == 2


def test_a_checkout_breaks_nothing_of_itself(surface):
    assert check.differences(surface, surface) == ([], [])


@pytest.mark.parametrize(
    ("place", "value", "broken"),
    [
        ("tables/popular_items", None, "tables: popular_items is gone."),
        ("tables/popular_items/rank", None, "tables: popular_items: rank is gone."),
        (
            "tables/popular_items/rank",
            "string",
            "tables: popular_items: rank was {}, and is string.",
        ),
        (
            "tables/popular_items/item_id",
            "string",
            "tables: popular_items: item_id was {}, and is string.",
        ),
        ("vars/also_bought__recent_days", None, "vars: also_bought__recent_days is gone."),
        (
            "vars/also_bought__recent_days/default",
            "7",
            "vars: also_bought__recent_days: default was {}, and is 7.",
        ),
        (
            "vars/also_bought__recent_days/at_most",
            30,
            "vars: also_bought__recent_days: at_most was {}, and is 30.",
        ),
        (
            "vars/also_bought__stopping_checks/volume",
            None,
            "vars: also_bought__stopping_checks: volume is gone.",
        ),
        (
            "macros/counts_as_purchase",
            "(status, paid_at)",
            "macros: counts_as_purchase was {}, and is (status, paid_at).",
        ),
        ("commands/publish/--reader", None, "commands: publish: --reader is gone."),
        (
            "commands/show/exit code of a refusal",
            3,
            "commands: show: exit code of a refusal was {}, and is 3.",
        ),
    ],
)
def test_each_kind_of_breakage_is_named(surface, place, value, broken):
    changed = copy.deepcopy(surface)
    *path, name = place.split("/")
    holder = changed
    for part in path:
        holder = holder[part]
    was = holder.pop(name)
    if value is not None:
        holder[name] = value
    assert check.differences(surface, changed) == ([broken.format(was)], [])
    # The other way round, it is no breakage to have more, to admit more or to promise more.
    back_broken, back_added = check.differences(changed, surface)
    assert bool(back_added) == (value is None or place.endswith(("at_most", "item_id")))
    assert len(back_broken) + len(back_added) == 1


@pytest.mark.parametrize(
    ("released", "broken", "added", "least"),
    [
        ("1.4.2", ["x"], [], (2, 0, 0)),
        ("1.4.2", ["x"], ["y"], (2, 0, 0)),
        ("1.4.2", [], ["y"], (1, 5, 0)),
        ("1.4.2", [], [], (1, 4, 2)),
        ("0.1.0", ["x"], ["y"], (0, 2, 0)),
        ("0.1.0", [], ["y"], (0, 1, 1)),
        ("0.1.0", [], [], (0, 1, 0)),
    ],
)
def test_the_version_must_say_what_the_changes_do(released, broken, added, least):
    assert check.least_version(tuple(map(int, released.split("."))), broken, added) == least


def test_a_release_that_breaks_something_is_stopped_until_its_version_says_so(surface, capsys):
    broken = copy.deepcopy(surface)
    del broken["tables"]["popular_items"]["rank"]
    last = {"version": "0.1.0", "surface": surface}
    (stop,) = check.report({"pyproject.toml": "0.1.7"}, last, broken)
    assert "need at least version 0.2.0; the files say 0.1.7" in stop
    assert check.report({"pyproject.toml": "0.2.0"}, last, broken) == []
    assert "Breaks: tables: popular_items: rank is gone." in capsys.readouterr().out


def copy_versioned_files(root: Path) -> None:
    """Copy the files that state the version."""
    for file in VERSIONED_FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / file, root / file)


def test_this_checkout_has_one_version(tmp_path):
    copy_versioned_files(tmp_path)
    versions = check.stated_versions(tmp_path)
    assert set(versions) == set(VERSIONED_FILES)
    assert len(set(versions.values())) == 1


@pytest.mark.parametrize("file", VERSIONED_FILES)
def test_a_version_that_was_forgotten_is_named(file, tmp_path):
    copy_versioned_files(tmp_path)
    (version,) = set(check.stated_versions(tmp_path).values())
    path = tmp_path / file
    path.write_text(path.read_text().replace(version, "9.9.9"))
    versions = check.stated_versions(tmp_path)
    empty = {"version": version, "surface": {}}
    (stop,) = check.report(versions, empty, {})
    assert f"{file} says 9.9.9" in stop
    assert stop.count("9.9.9") == 1


def test_the_list_of_the_last_release_can_be_compared(surface):
    released = yaml.safe_load(check.RELEASED.read_text())
    assert set(released["surface"]) == set(surface)
    assert len(released["surface"]["tables"]) >= 20
