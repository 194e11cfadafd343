"""The Python part installs as people install, and its ranges are those that can be installed."""

import email
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from dbt_project import IS_LONG, REPOSITORY
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKED = re.compile(r"^([\w.-]+)(?:\[\S+\])?==([^\s;]+)(?: ; (.+?))? \\$", re.MULTILINE)
TAG = "v-as-a-tag"


def pip(*arguments: str | Path) -> None:
    """Run pip as a machine has it that knows nothing of this project's constraints."""
    environment = {name: value for name, value in os.environ.items() if name != "PIP_CONSTRAINT"}
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", *arguments],
        env=environment | {"PIP_CONFIG_FILE": os.devnull},
        check=True,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, REPOSITORY)
    (wheel,) = folder.iterdir()
    return wheel


@pytest.fixture(scope="module")
def tagged_repository(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of a repository that has this commit under a tag."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("this copy is no git repository")
    path = tmp_path_factory.mktemp("git") / "also_bought.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", REPOSITORY, path], check=True)
    subprocess.run(["git", "-C", path, "tag", TAG], check=True)
    return f"git+{path.as_uri()}@{TAG}"


def installed_in(environment: Path, *sources: str | Path) -> Path:
    """Make a virtual environment with the Python part, and return its folder of programs.

    What it depends on is that of the running environment: nothing is resolved.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    python = environment / "bin" / "python"
    (site_packages,) = (environment / "lib").glob("python*/site-packages")
    # A path file in a folder that is named by a path file is not read, so this checkout stays out.
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    options = ["--no-deps", "--no-build-isolation", "--ignore-installed"]
    pip("--python", python, "install", *options, *sources)
    return python.parent


@pytest.mark.parametrize("source", ["wheel", "folder", "tag"])
def test_what_people_install_says_its_version_and_runs(source, request, tmp_path):
    if source == "folder":
        sources = [REPOSITORY]
    else:
        fixture = {"wheel": "wheel", "tag": "tagged_repository"}[source]
        sources = [request.getfixturevalue(fixture)]
    programs = installed_in(tmp_path / "it's new", *sources)
    for command, expected in (
        ([programs / "also-bought", "--version"], f"also-bought {PROJECT['version']}\n"),
        (
            [programs / "python", "-c", "import also_bought; print(also_bought.__file__)"],
            str(tmp_path),
        ),
    ):
        output = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        assert output.stdout.startswith(expected)


def test_the_wheel_holds_the_python_part_its_licence_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (metadata_name,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(archive.read(metadata_name))
        licence = archive.read(metadata_name.replace("METADATA", "licenses/LICENSE")).decode()
    parts = subprocess.run(
        ["git", "-C", REPOSITORY, "ls-files", "also_bought"],
        capture_output=True,
        text=True,
        check=True,
    )
    expected = set(parts.stdout.splitlines())
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert metadata["License-Expression"] == "Apache-2.0"
    assert "Apache License, Version 2.0" in licence
    required = {str(Requirement(line)) for line in metadata.get_all("Requires-Dist")}
    assert {str(Requirement(line)) for line in PROJECT["dependencies"]} <= required


def locked(lock: str) -> list[tuple[str, str, Marker | None]]:
    """Return the name, version and marker of each package of a lock file."""
    text = (REPOSITORY / "requirements" / f"{lock}.txt").read_text()
    return [
        (name, version, Marker(marker) if marker else None)
        for name, version, marker in LOCKED.findall(text)
    ]


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("runtime", ["build"]),
        ("dev", ["build", "dev", "report"]),
        ("postgres", ["build", "dev", "report", "postgres"]),
        ("spark", ["build", "dev", "report", "spark"]),
        ("report", ["build", "dev", "report", "browser"]),
    ],
)
def test_the_ranges_admit_what_the_locks_hold(lock, extras):
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    versions = {}
    for name, version, _ in locked(lock):
        versions.setdefault(name, []).append(version)
    for requirement in map(Requirement, lines):
        held = versions[requirement.name.lower()]
        assert [v for v in held if v not in requirement.specifier] == [], requirement


def test_the_ranges_refuse_what_cannot_be_installed_or_imported():
    (dbt_core,) = (
        requirement.specifier
        for requirement in map(Requirement, PROJECT["dependencies"])
        if requirement.name == "dbt-core"
    )
    # All of 1.12 need dbt-core-experimental-parser, whose build fetches a binary from elsewhere.
    assert list(dbt_core.filter(["1.11.2", "1.11.16", "1.12.0", "1.12.1", "1.12.6"])) == [
        "1.11.2",
        "1.11.16",
    ]
    # mashumaro below 3.15, which dbt-core 1.11 needs, cannot be imported by Python 3.14.
    pythons = SpecifierSet(PROJECT["requires-python"])
    assert list(pythons.filter(["3.10.9", "3.11.0", "3.12.1", "3.13.0", "3.14.0"])) == [
        "3.11.0",
        "3.12.1",
        "3.13.0",
    ]


def test_dbt_accepts_each_dbt_core_that_pip_may_install():
    for project in ("dbt_project.yml", "integration_tests/dbt_project.yml"):
        accepted = yaml.safe_load((REPOSITORY / project).read_text())["require-dbt-version"]
        versions = SpecifierSet(",".join(accepted))
        # 1.12 is for those who could install it: the models run there too.
        assert {"1.11.0", "1.11.16", "1.12.6"} == set(
            versions.filter(["1.10.23", "1.11.0", "1.11.16", "1.12.6", "1.13.0"])
        )


@pytest.mark.skipif(not IS_LONG, reason="pip resolves for minutes: make test-long")
@pytest.mark.parametrize("minor", [11, 12, 13])
def test_pip_resolves_the_wheel_from_a_package_registry_alone(minor, wheel, tmp_path):
    pyenv = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
    python = pyenv[-1] if pyenv else shutil.which(f"python3.{minor}")
    if not python:
        pytest.skip(f"there is no Python 3.{minor} here")
    environment = tmp_path / "resolved"
    subprocess.run([python, "-m", "venv", environment], check=True)
    pip("--python", environment / "bin" / "python", "install", wheel)
    installed = subprocess.run(
        [environment / "bin" / "pip", "list", "--format", "json"],
        capture_output=True,
        check=True,
    )
    versions = {entry["name"]: entry["version"] for entry in json.loads(installed.stdout)}
    assert versions["dbt-core"].startswith("1.11.")
    subprocess.run([environment / "bin" / "dbt", "--version"], check=True)
