"""A shop that was built and published by the last version goes on with this one."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt_project import IS_LONG, REPOSITORY, Project, copy_repository

pytestmark = pytest.mark.skipif(not IS_LONG, reason="make test-long")

PREVIOUS_VERSION = "0.1.0"
PREVIOUS_COMMIT = "79c8f64"
SERVING_FILE = Path("serving", "also_bought.duckdb")
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
PUBLISH = "from also_bought.cli import app; app()"


def run(root: Path, *command: str, package: Path | None = None) -> None:
    """Run a Python command in `root`, with the Python part of `package` where there is one."""
    environment = os.environ | {"DBT_PROFILES_DIR": str(root), "DO_NOT_TRACK": "1"}
    environment.pop("ALSO_BOUGHT_DATABASE", None)
    if package:
        environment["PYTHONPATH"] = str(package)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def publish(shop: Project, package: Path | None = None) -> None:
    """Publish the shop's last build to the serving file."""
    run(shop.root, "-c", PUBLISH, "publish", "--database", shop.database.name, package=package)


def published_rows(shop: Project, query: str) -> list[tuple]:
    """Return the rows of a query on the serving file."""
    with duckdb.connect(str(shop.root / SERVING_FILE), read_only=True) as serving:
        return serving.execute(query).fetchall()


@pytest.fixture(scope="module")
def previous_shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return the book shop as a shop of its own, built and published by the previous version."""
    archive = subprocess.run(
        ["git", "-C", REPOSITORY, "archive", PREVIOUS_COMMIT], capture_output=True, check=False
    )
    if archive.returncode:
        pytest.skip(f"the history of this clone does not reach back to {PREVIOUS_VERSION}")
    root = tmp_path_factory.mktemp("upgrade")
    package = root / "package"
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(package, filter="data")
    shop = Project(root / "shop", "book_shop.duckdb")
    shutil.move(package / "integration_tests", shop.root)
    # What the package must find is worked out by hand for its own version only.
    shutil.rmtree(shop.root / "corpus")
    shutil.rmtree(shop.root / "seeds" / "expected")
    (shop.root / "packages.yml").write_text(json.dumps({"packages": [{"local": "../package"}]}))
    for command in (("deps",), ("build", *WITHOUT_UNIT_TESTS)):
        run(shop.root, "-m", "dbt.cli.main", "--quiet", *command, package=package)
    publish(shop, package)
    return shop


@pytest.fixture(scope="module")
def upgraded_shop(previous_shop: Project) -> tuple[Project, str, list[tuple]]:
    """Return the shop as this version published it, and the columns and rows of its old history."""
    columns = ", ".join(
        name
        for (name,) in published_rows(
            previous_shop,
            "select column_name from duckdb_columns()"
            " where table_name = 'recommendation_metrics' and column_name <> 'run_id'",
        )
    )
    history = published_rows(
        previous_shop, f"select {columns} from recommendation_metrics order by all"
    )
    package = previous_shop.root.parent / "package"
    shutil.rmtree(package)
    copy_repository(package)
    shutil.rmtree(package / "integration_tests")
    previous_shop.dbt("deps")
    previous_shop.dbt("build", *WITHOUT_UNIT_TESTS)
    publish(previous_shop)
    return previous_shop, columns, history


def test_history_and_publications_go_on(upgraded_shop):
    shop, columns, history = upgraded_shop
    assert len(history) > 100
    entries = published_rows(shop, f"select {columns} from recommendation_metrics")
    assert set(history) <= set(entries)
    assert published_rows(shop, "select distinct publication_number from publication") == [(2,)]
    # The lists were compared with those that the previous version published.
    assert published_rows(shop, "select count(*) > 0 from list_overlap") == [(True,)]


def test_a_table_changes_beside_itself_as_the_version_policy_shows(upgraded_shop):
    shop, *_ = upgraded_shop
    models = shop.root.parent / "package" / "models" / "recommendations"
    page = (REPOSITORY / "docs" / "versions.md").read_text(encoding="utf-8")
    (old_version,) = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    (versions,) = re.findall(r"```yaml\n(.+?)```", page, re.DOTALL)
    (models / "popular_items_v1.sql").write_text(old_version)
    model = models / "popular_items.sql"
    renamed = model.read_text().replace(
        "type_bigint() }}) as order_count\n", "type_bigint() }}) as buying_orders\n"
    )
    model.write_text(renamed)
    properties = yaml.safe_load((models / "_recommendations__models.yml").read_text())
    (entry,) = (entry for entry in properties["models"] if entry["name"] == "popular_items")
    entry |= yaml.safe_load(versions)
    (models / "_recommendations__models.yml").write_text(yaml.safe_dump(properties))
    # It would need the name of the column too, and says nothing of versions.
    (models / "_recommendations__unit_tests.yml").unlink()
    (shop.root / "models" / "window_display.sql").write_text(
        "select item_id, order_count from {{ ref('also_bought', 'popular_items') }}"
    )

    # Few people buy in this shop.
    options = (*WITHOUT_UNIT_TESTS, "--vars", "{also_bought__least_people: 1}")
    output = " ".join(shop.dbt("build", *options).split())
    publish(shop)

    # The warning stands in dbt's own lines, which it may break anywhere.
    assert "popular_items.v1, which is slated for deprecation on '2027-12-31" in output
    as_it_was = published_rows(
        shop, "select time_window, rank, item_id, item_name, order_count from popular_items"
    )
    as_it_will_be = published_rows(
        shop, "select time_window, rank, item_id, item_name, buying_orders from popular_items_v2"
    )
    assert len(as_it_was) > 0
    assert sorted(as_it_was) == sorted(as_it_will_be)
