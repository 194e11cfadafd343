"""The rooms of the Python part: none imports what it need not know, and no module itself."""

import ast
from graphlib import TopologicalSorter

from dbt_project import REPOSITORY

# What each room may import beside itself.
ALLOWED = {
    "kernel": set(),
    "dbt_models": {"kernel", "errors", "sql"},
    "order_files": {"errors", "sql"},
    "lineage": set(),
    "publishing": {"errors", "lineage", "sql"},
    "report": {"errors", "publishing"},
}


def imports() -> dict[str, set[str]]:
    """Return what each module of the Python part imports of it."""
    found = {}
    for file in (REPOSITORY / "also_bought").rglob("*.py"):
        name = ".".join(file.relative_to(REPOSITORY).with_suffix("").parts)
        found[name] = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("also_bought"):
                members = {f"{node.module}.{alias.name}" for alias in node.names}
                is_room = node.module.count(".") == 1 and node.module.split(".")[1] in ALLOWED
                found[name] |= members if is_room else {node.module}
    return found


def test_a_room_imports_only_what_it_may():
    for module, imported in imports().items():
        room = module.split(".")[1]
        if room in ALLOWED:
            assert {name.split(".")[1] for name in imported} <= {room} | ALLOWED[room], module


def test_no_modules_import_each_other():
    order = list(TopologicalSorter(imports()).static_order())
    assert len(order) > 20
