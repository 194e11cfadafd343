"""The list of bad inputs, and the fixture of each: no case may be left out."""

import ast
import re

import pytest
import yaml
from dbt_project import REPOSITORY

# By number: the 77 cases of lines and values, and the 25 of files.
LINE_CASES = [*range(1, 29), 46, 50, *range(55, 98), *range(99, 103)]
FILE_CASES = [*range(29, 46), 47, 48, 49, *range(51, 55), 98]
TESTS = REPOSITORY / "tests" / "python"


def numbers(name: str) -> set[int]:
    """Return the numbers of the cases that a name begins with: b80_b81_an_item, test_b54_a_file."""
    prefix = re.match(r"(?:test_)?((?:b\d+_)+)", name)
    return {int(number) for number in re.findall(r"\d+", prefix[1])} if prefix else set()


@pytest.fixture(scope="module")
def fixtures() -> set[int]:
    """Return the numbers of the cases with a fixture: in lines.yml, a test, or a case of files."""
    cases = yaml.safe_load((REPOSITORY / "integration_tests/corpus/lines.yml").read_text())
    found = {int(name[1:]) for name in cases if name.startswith("B")}
    for file in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found |= numbers(node.name)
            elif isinstance(node, ast.Dict):
                keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
                found |= {n for key in keys if isinstance(key, str) for n in numbers(key)}
    return found


def test_the_list_has_102_cases():
    assert (len(LINE_CASES), len(FILE_CASES)) == (77, 25)
    assert sorted(LINE_CASES + FILE_CASES) == list(range(1, 103))


def test_every_case_has_a_fixture(fixtures):
    assert [number for number in range(1, 103) if number not in fixtures] == []
