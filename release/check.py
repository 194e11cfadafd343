"""What a release would break: the public surface of this checkout beside that of the last release.

`make release-check` compares, `make release-surface` writes the list of the version to release.
"""

import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2
import typer
import yaml
from dbt.cli.main import dbtRunner
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.publishing.own_tables import OWN_TABLES

REPOSITORY = Path(__file__).parents[1]
RELEASED = Path(__file__).with_name("public-surface.yml")
PACKAGE = "also_bought"

# What staging models call. Beside the rules, these are the macros that projects may rely on.
STAGING_MACROS = {
    "as_text",
    "clean_id",
    "clean_text",
    "id_problem",
    "map_status",
    "parse_decimal",
    "parse_integer",
    "parse_timestamp",
    "read_order_files",
    "received_text",
    "sentence",
    "without_decimal_zero",
}

Version = tuple[int, int, int]


def public_surface(manifest: dict[str, Any], project: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what others may rely on.

    Parameters
    ----------
    manifest : dict
        What dbt knows of this project.
    project : dict
        The contents of dbt_project.yml.

    Returns
    -------
    dict
        Tables with the types of their columns, vars with their type, limits and default, macros
        with their arguments, commands with their options and exit codes.
    """
    return {
        "tables": dict(sorted([*_models(manifest), *_tables_of_publish()])),
        "vars": _vars(manifest, project["vars"]),
        "macros": dict(sorted(_macros(manifest))),
        "commands": dict(sorted(_commands())),
    }


def _models(manifest: dict[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for node in manifest["nodes"].values():
        is_public = node.get("access") == "public" or "published" in node.get("tags", [])
        if node["package_name"] == PACKAGE and is_public:
            column_types = node["config"].get("column_types", {})
            yield (
                node["alias"],
                {
                    name: (column["data_type"] or column_types[name])
                    + (" not null" if _is_required(column) else "")
                    for name, column in node["columns"].items()
                },
            )


def _is_required(column: dict[str, Any]) -> bool:
    return any(constraint["type"] == "not_null" for constraint in column["constraints"])


def _tables_of_publish() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the tables that no model makes."""
    for table in (make(()) for make in OWN_TABLES.values()):
        yield (
            table.name,
            {
                column.name: column.data_type.lower() + ("" if column.is_nullable else " not null")
                for column in table.columns
            },
        )


def _vars(manifest: dict[str, Any], defaults: dict[str, Any]) -> dict[str, dict[str, Any]]:
    definitions = _returned_by("setting_definitions", manifest)
    checks = _returned_by("own_checks", manifest)
    return {
        f"{PACKAGE}__{name}": {
            "type": definition["type"] + (" or null" if definition.get("optional") else ""),
            "default": json.dumps(defaults[f"{PACKAGE}__{name}"]),
            **{
                ours: definition[theirs]
                for theirs, ours in (("min", "at_least"), ("max", "at_most"))
                if theirs in definition
            },
            **dict.fromkeys(
                checks
                if definition["type"] in ("choices", "reasons")
                else definition.get("choices", []),
                "may be chosen",
            ),
        }
        for name, definition in definitions.items()
    }


def _returned_by(name: str, manifest: dict[str, Any]) -> dict[str, Any]:
    macro = manifest["macros"][f"macro.{PACKAGE}.{name}"]["macro_sql"]
    returned: list[dict[str, Any]] = []
    module: Any = jinja2.Environment().from_string(macro).make_module({"return": returned.append})
    getattr(module, name)()
    return returned[0]


def _macros(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for macro in manifest["macros"].values():
        is_rule = macro["path"].startswith("macros/rules/") and "__" not in macro["name"]
        if macro["package_name"] == PACKAGE and (is_rule or macro["name"] in STAGING_MACROS):
            (arguments,) = re.findall(
                rf"{{%-?\s*macro\s+{macro['name']}\((.*?)\)\s*-?%}}", macro["macro_sql"], re.DOTALL
            )
            yield macro["name"], f"({' '.join(arguments.split())})"


def _commands() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each command with its options, and how it ends without any file and when misused."""
    for name, command in typer.main.get_group(app).commands.items():
        options = {
            option: "required" if parameter.required else f"default {parameter.default}"
            for parameter in command.params
            for option in parameter.opts
        }
        runner = CliRunner()
        with tempfile.TemporaryDirectory() as folder:
            refused = runner.invoke(app, [name], env={"ALSO_BOUGHT_DATABASE": f"{folder}/absent"})
        misused = runner.invoke(app, [name, "--no-such-option"])
        yield (
            name,
            options
            | {
                "exit code of a refusal": refused.exit_code,
                "exit code of a wrong option": misused.exit_code,
            },
        )


def differences(
    released: dict[str, Any], current: dict[str, Any], path: str = ""
) -> tuple[list[str], list[str]]:
    """Return what is broken and what is added between two surfaces, a sentence each."""
    broken: list[str] = []
    added: list[str] = []
    for name in released | current:
        place = f"{path}{name}"
        if name not in current:
            broken.append(f"{place} is gone.")
        elif name not in released:
            added.append(f"{place} is new.")
        elif isinstance(current[name], dict):
            broken_inside, added_inside = differences(released[name], current[name], f"{place}: ")
            broken += broken_inside
            added += added_inside
        elif released[name] != current[name]:
            sentence = f"{place} was {released[name]}, and is {current[name]}."
            is_kept = _takes_nothing_away(name, released[name], current[name])
            (added if is_kept else broken).append(sentence)
    return broken, added


def _takes_nothing_away(name: str, released: Any, current: Any) -> bool:
    """Say whether a var admits more than before, or a column that may be null never is now."""
    return (
        (name == "at_least" and current < released)
        or (name == "at_most" and current > released)
        or current == f"{released} not null"
    )


def least_version(released: Version, broken: list[str], added: list[str]) -> Version:
    """Return the least version that may carry these differences: docs/versions.md has the rule."""
    major, minor, patch = released
    if broken and major:
        return major + 1, 0, 0
    if (broken and not major) or (added and major):
        return major, minor + 1, 0
    if added:
        return major, minor, patch + 1
    return released


def stated_versions(repository: Path) -> dict[str, str]:
    """Return the version that each file states, by the file's name."""
    changelog = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    macro = Path("macros", "build_log", "also_bought_version.sql")
    return {
        "dbt_project.yml": yaml.safe_load((repository / "dbt_project.yml").read_text())["version"],
        "pyproject.toml": tomllib.loads((repository / "pyproject.toml").read_text())["project"][
            "version"
        ],
        str(macro): re.findall(r"return\('(.+?)'\)", (repository / macro).read_text())[0],
        "CHANGELOG.md": re.findall(r"^## (\d\S*)", changelog, re.MULTILINE)[0],
    }


def report(
    versions: dict[str, str], released: dict[str, Any], current: dict[str, Any]
) -> list[str]:
    """Print what a release would change, and return what stops it, a sentence each."""
    if len(set(versions.values())) > 1:
        stated = ", ".join(f"{place} says {version}" for place, version in versions.items())
        return [f"The version is not one: {stated}."]
    version = _parsed(versions["pyproject.toml"])
    broken, added = differences(released["surface"], current)
    for title, sentences in (("Breaks", broken), ("Adds", added)):
        for sentence in sentences:
            print(f"{title}: {sentence}")
    least = least_version(_parsed(released["version"]), broken, added)
    if version < least:
        return [
            f"These changes since {released['version']} need at least version"
            f" {'.'.join(map(str, least))}; the files say {versions['pyproject.toml']}."
        ]
    return []


def _parsed(version: str) -> Version:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def parsed_manifest(repository: Path) -> dict[str, Any]:
    """Return what dbt knows of the project without a database."""
    with tempfile.TemporaryDirectory() as target:
        arguments = ["--quiet", "parse", "--target-path", target, "--profiles-dir"]
        folders = ["--project-dir", str(repository)]
        if not dbtRunner().invoke([*arguments, str(repository / "profiles"), *folders]).success:
            sys.exit("dbt cannot parse this project: run `dbt parse --profiles-dir profiles`.")
        return json.loads(Path(target, "manifest.json").read_text())


def main(arguments: list[str]) -> None:
    """Compare with the last release, or write the list of this one (`--write`)."""
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())
    current = public_surface(parsed_manifest(REPOSITORY), project)
    if arguments == ["--write"]:
        contents = {"version": project["version"], "surface": current}
        RELEASED.write_text(yaml.safe_dump(contents, sort_keys=False, width=100))
        return
    released = yaml.safe_load(RELEASED.read_text())
    if stops := report(stated_versions(REPOSITORY), released, current):
        sys.exit("\n".join(stops))
    print(f"Nothing stops a release of {project['version']}.")


if __name__ == "__main__":
    main(sys.argv[1:])
