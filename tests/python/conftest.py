"""What several test files start from."""

import shutil
from pathlib import Path

import pytest
from dbt_project import Project, copy_repository
from small_shop import Shop


@pytest.fixture(scope="session")
def built_demo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the demo shop, built by two threads. Who changes it takes `demo` instead."""
    project = copy_repository(tmp_path_factory.mktemp("demo"))
    project.dbt("build", "--exclude-resource-type", "unit_test")
    return project


@pytest.fixture(scope="module")
def demo_of_module(built_demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the built demo shop that the tests of a module share."""
    root = tmp_path_factory.mktemp("module") / "demo"
    shutil.copytree(built_demo.root, root)
    return Project(root, built_demo.database.name)


@pytest.fixture
def demo(built_demo: Project, tmp_path: Path) -> Project:
    """Return a copy of the built demo shop."""
    shutil.copytree(built_demo.root, tmp_path / "demo")
    return Project(tmp_path / "demo", built_demo.database.name)


@pytest.fixture(scope="session")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return the small shop, built once. Who changes it takes `shop` instead."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.write_project()
    shop.dbt("build")
    (shop.root / "prod").mkdir()
    shutil.copy(shop.root / "target" / "manifest.json", shop.root / "prod")
    return shop


@pytest.fixture
def shop(built_shop: Shop, tmp_path: Path) -> Shop:
    """Return a copy of the built small shop."""
    shutil.copytree(built_shop.root, tmp_path / "shop")
    return Shop(tmp_path / "shop")
