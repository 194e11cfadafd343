"""Exports: the files equal what is published, a swap is whole or not, a break is told first."""

import errno
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import jsonschema
import pyarrow.parquet as pq
import pytest
from dbt_project import REPOSITORY
from exported_shop import ODD_USERS, write_shop
from killed import assert_killed
from small_disk import small_disk
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.export import export
from also_bought.publishing.publication import ExportError

READERS = REPOSITORY / "examples" / "export_readers"


@pytest.fixture(scope="module")
def published_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a build and its serving file; who changes it takes `shop`."""
    folder = tmp_path_factory.mktemp("shop")
    write_shop(folder / "build.duckdb", "run-1")
    publish(folder / "build.duckdb", folder / "serving.duckdb")
    return folder


@pytest.fixture
def shop(published_shop: Path, tmp_path: Path) -> Path:
    """Return a copy of the published shop."""
    return Path(shutil.copytree(published_shop, tmp_path / "shop"))


def publish_again(shop: Path, run_id: str, *changes: str) -> Path:
    """Publish a new build, whose tables are changed by SQL, and return the serving file."""
    write_shop(shop / "build.duckdb", run_id, *changes)
    publish(shop / "build.duckdb", shop / "serving.duckdb")
    return shop / "serving.duckdb"


@pytest.fixture(scope="module")
def exported(published_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export in files of about 50 rows, which no test changes."""
    directory = tmp_path_factory.mktemp("app") / "export"
    export(published_shop / "serving.duckdb", directory, rows_per_file=50)
    return directory


def load_reader() -> object:
    """Return the example's reader as a module."""
    spec = importlib.util.spec_from_file_location("look_up", READERS / "look_up.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reader = load_reader()


def current_run(directory: Path) -> str:
    """Return the run that a reader sees, when every file is as its manifest says."""
    manifest = reader.open_export(directory)
    for table in manifest["tables"].values():
        for file in table["files"]:
            content = (manifest["folder"] / file["path"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
            assert len(content) == file["bytes"]
    rows = reader.look_up(manifest, "user_recommendations", "u7")
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
    assert {row["run_id"] for row in rows} == {manifest["run_id"]}
    return manifest["run_id"]


def files_beside(directory: Path) -> list[str]:
    """Return what lies in the folder that applications read."""
    return sorted(path.name for path in directory.iterdir())


def test_parquet_and_json_lines_equal_the_published_tables(published_shop, exported):
    manifest = reader.open_export(exported)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{published_shop / 'serving.duckdb'}' as published (read_only)")
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'published' order by 1"
        ).fetchall()
        assert [(name,) for name in sorted(manifest["tables"])] == names
        for name, table in manifest["tables"].items():
            folder = manifest["folder"] / table["folder"]
            quoted_name = '"' + name.replace('"', '""') + '"'
            rows = connection.execute(
                f"select * from published.{quoted_name} order by all"
            ).fetchall()
            in_parquet = connection.execute(
                f"select * from read_parquet('{folder}/*.parquet') order by all"
            ).fetchall()
            assert in_parquet == rows, name
            assert table["rows"] == len(rows)
            for ending in ("parquet", "jsonl"):
                counts = [f["rows"] for f in table["files"] if f["path"].endswith(ending)]
                assert sum(counts) == len(rows)
            connection.execute(
                f"create or replace temp table lines as from published.{quoted_name} limit 0"
            )
            for file in folder.glob("*.jsonl"):
                for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
                    row = json.loads(line)
                    connection.execute(
                        f"insert into lines values ({', '.join('?' * len(row))})",
                        [*row.values()],
                    )
            assert connection.execute("from lines order by all").fetchall() == rows, name


def test_each_line_is_as_its_schema_says(exported):
    manifest = reader.open_export(exported)
    for table in manifest["tables"].values():
        folder = manifest["folder"] / table["folder"]
        schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.FormatChecker()
        )
        for file in folder.glob("*.jsonl"):
            for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
                validator.validate(json.loads(line))
    # The checker of formats knows dates, and times only with a package of its own.
    first = reader.look_up(manifest, "user_recommendations", "u7")[0]
    assert first["last_ordered_at"] == "2026-03-29T02:30:00.000007Z"
    schema_file = manifest["folder"] / "user_recommendations" / "schema.json"
    schema = json.loads(schema_file.read_text())
    assert schema["description"] == "One row per user, list, rank."
    assert schema["properties"]["score"] == {
        "type": ["number", "null"],
        "description": "How much; null if not.",
        "x-type": "DOUBLE",
    }
    assert schema["properties"]["last_ordered_at"]["format"] == "date-time"
    assert schema["x-primary-key"] == ["user_id", "list", "rank"]
    parquet = next((manifest["folder"] / "user_recommendations").glob("*.parquet"))
    required = [field.name for field in pq.read_schema(parquet) if not field.nullable]
    assert required == ["user_id", "list", "rank", "item_id", "run_id"]


def test_a_row_lies_in_the_file_that_its_key_names_and_in_the_order_of_the_key(exported):
    manifest = reader.open_export(exported)
    table = manifest["tables"]["user_recommendations"]
    assert table["partitioned_by"] == {"column": "user_id", "hex_digits": 2}
    for file in (manifest["folder"] / "user_recommendations").glob("*.jsonl"):
        keys = []
        for line in file.read_text(encoding="utf-8").split("\n")[:-1]:
            row = json.loads(line)
            digest = hashlib.sha256(row["user_id"].encode()).hexdigest()
            assert file.stem == digest[:2]
            keys.append((row["user_id"].encode(), row["list"], row["rank"]))
        assert keys == sorted(keys)
    for user in ODD_USERS:
        [row] = reader.look_up(manifest, "user_recommendations", user)
        assert row["user_id"] == user
    assert reader.look_up(manifest, "user_recommendations", "nobody") == []
    # A number is hashed as its text; a table of few keys is one file.
    assert manifest["tables"]["products"]["partitioned_by"]["hex_digits"] == 1
    [product] = reader.look_up(manifest, "products", 17)
    assert product["launched_on"] == "2026-01-18"
    assert manifest["tables"]["publication"]["partitioned_by"]["hex_digits"] == 0


def test_keys_of_few_values_are_not_spread(shop, tmp_path):
    serving_file = publish_again(
        shop,
        "run-2",
        'update main_meta.also_bought_nodes set primary_key = \'["list", "user_id", "rank"]\''
        " where table_name = 'user_recommendations'",
    )
    done = export(serving_file, tmp_path / "app", rows_per_file=50)
    files = sorted(path.name for path in (done.folder / "user_recommendations").iterdir())
    assert files == ["all.jsonl", "all.parquet", "schema.json"]


def test_two_exports_of_a_publication_have_the_same_bytes(shop, tmp_path):
    first = export(shop / "serving.duckdb", tmp_path / "one", rows_per_file=50)
    second = export(shop / "serving.duckdb", tmp_path / "two", rows_per_file=50)
    files = {path.relative_to(first.folder) for path in first.folder.rglob("*") if path.is_file()}
    assert len(files) > 300
    for file in files:
        assert (first.folder / file).read_bytes() == (second.folder / file).read_bytes()


def test_who_reads_the_publication_before_ends_well(shop, tmp_path):
    directory = tmp_path / "app"
    export(shop / "serving.duckdb", directory)
    begun = reader.open_export(directory)
    export(publish_again(shop, "run-2"), directory)
    assert current_run(directory) == "run-2"
    assert reader.look_up(begun, "user_recommendations", "u7")[0]["run_id"] == "run-1"
    export(publish_again(shop, "run-3"), directory)
    assert current_run(directory) == "run-3"
    assert not begun["folder"].exists()
    assert len(list(directory.glob("publication-*"))) == 2


def test_a_publication_is_exported_once(shop, tmp_path):
    assert export(shop / "serving.duckdb", tmp_path / "app").is_new
    before = files_beside(tmp_path / "app")
    assert not export(shop / "serving.duckdb", tmp_path / "app").is_new
    assert files_beside(tmp_path / "app") == before


# Where an export is killed: before or after the call of a function of the export module.
KILLED_AT = [
    "before staging_folder",
    "after _write_partition",
    "after _write_table",
    "before _flush_all",
    "after _flush_all",
    "before Path.rename",
    "after Path.rename",
    "before Path.replace",
    "after Path.replace",
]


@pytest.fixture(scope="module")
def two_publications(
    published_shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Return a folder with the export of a publication, and the serving file of the next."""
    folder = Path(shutil.copytree(published_shop, tmp_path_factory.mktemp("two") / "shop"))
    export(folder / "serving.duckdb", folder / "app")
    return folder / "app", publish_again(folder, "run-2")


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_killed_export_leaves_one_whole_publication(two_publications, tmp_path, moment):
    first, serving_file = two_publications
    directory = Path(shutil.copytree(first, tmp_path / "app"))
    assert_killed("also_bought.publishing.export.export", moment, serving_file, directory)
    is_swapped = moment == "after Path.replace"
    assert current_run(directory) == ("run-2" if is_swapped else "run-1")
    # The next export removes what was left over.
    export(serving_file, directory)
    assert current_run(directory) == "run-2"
    assert len(list(directory.glob("publication-*"))) == 2
    assert files_beside(directory)[:2] == [".current.json.lock", "current.json"]


def test_what_a_killed_export_left_goes_even_where_nothing_is_new(two_publications, tmp_path):
    first, serving_file = two_publications
    directory = Path(shutil.copytree(first, tmp_path / "app"))
    export(serving_file, directory)
    left = directory / "publication-1-20250101T000000000000"
    left.mkdir()
    assert not export(serving_file, directory).is_new
    assert not left.exists()
    assert len(list(directory.glob("publication-*"))) == 2


TAKE_SCORE = "alter table main_published.user_recommendations drop column score"
TAKE_PRICE = "alter table main_published.user_recommendations drop column price"
OTHER_TYPE = "alter table main_published.products alter item_key type integer"
MAYBE_NULL = "alter table main_published.user_recommendations alter item_id drop not null"
NO_PRODUCTS = "delete from main_meta.also_bought_nodes where table_name = 'products'"
OTHER_KEY = (
    'update main_meta.also_bought_nodes set primary_key = \'["user_id", "list", "item_id"]\''
    " where table_name = 'user_recommendations'"
)
BREAKS = {
    TAKE_SCORE: "user_recommendations.score is gone",
    OTHER_TYPE: "products.item_key was BIGINT and is INTEGER",
    MAYBE_NULL: "user_recommendations.item_id may now be null",
    NO_PRODUCTS: "the table products is gone",
    OTHER_KEY: "the key of user_recommendations is another",
}


@pytest.mark.parametrize("change", BREAKS)
def test_a_change_that_breaks_readers_needs_a_new_major_version(shop, tmp_path, change):
    directory = tmp_path / "app"
    export(shop / "serving.duckdb", directory)
    serving_file = publish_again(shop, "run-2", change)
    with pytest.raises(ExportError) as refusal:
        export(serving_file, directory)
    assert BREAKS[change] in str(refusal.value)
    assert "--major 2" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) <= 5
    assert current_run(directory) == "run-1"
    assert export(serving_file, directory, major=2).schema_version == "2.0"


def test_many_breaks_are_told_in_few_lines(shop, tmp_path):
    export(shop / "serving.duckdb", tmp_path / "app")
    serving_file = publish_again(shop, "run-2", TAKE_SCORE, TAKE_PRICE, NO_PRODUCTS, OTHER_KEY)
    with pytest.raises(ExportError, match="and 1 more") as refusal:
        export(serving_file, tmp_path / "app")
    assert len(str(refusal.value).splitlines()) <= 5


def test_what_is_added_raises_the_minor_version_and_words_do_not(shop, tmp_path):
    directory = tmp_path / "app"
    versions = [export(shop / "serving.duckdb", directory).schema_version]
    add_column = "alter table main_published.user_recommendations add column brand varchar"
    words = "comment on table main_published.products is 'One row per product.'"
    for run_id, changes in {"run-2": [words], "run-3": [words, add_column]}.items():
        serving_file = publish_again(shop, run_id, *changes)
        versions.append(export(serving_file, directory).schema_version)
    assert versions == ["1.0", "1.0", "1.1"]
    assert current_run(directory) == "run-3"
    # A job that goes on declaring the version it has changes nothing, and none goes back.
    serving_file = publish_again(shop, "run-4", words, add_column)
    assert export(serving_file, directory, major=1).schema_version == "1.1"
    serving_file = publish_again(shop, "run-5", words, add_column)
    assert export(serving_file, directory, major=3).schema_version == "3.0"
    serving_file = publish_again(shop, "run-6", words, add_column)
    with pytest.raises(ExportError, match=r"version 3\.0 by now"):
        export(serving_file, directory, major=1)


def test_an_old_reader_refuses_a_newer_major_version_in_words(shop, tmp_path):
    directory = tmp_path / "app"
    export(shop / "serving.duckdb", directory, major=2)
    refused = subprocess.run(
        [sys.executable, READERS / "look_up.py", directory, "user_recommendations", "u7"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        f"This program knows version 1 of the export's schema, and {directory} has"
        " version 2.0. Update the program.\n"
    )


def refused(*arguments: object) -> str:
    """Run `also-bought export`, which must refuse in at most five lines, and return them."""
    result = CliRunner().invoke(app, ["export", *map(str, arguments)])
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[0].startswith("Not exported. ")
    assert lines[1].startswith("Where: ")
    assert lines[2].startswith("What to do: ")
    assert len(lines) <= 5
    return result.stderr


def test_the_command_says_what_was_exported_and_where(shop, tmp_path):
    arguments = ["export", "--from", str(shop / "serving.duckdb"), "--to", str(tmp_path / "app")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "       1,504  user_recommendations" in lines
    assert lines[-1].startswith("Exported publication 1 with schema version 1.0: ")
    again = CliRunner().invoke(app, arguments).stdout.splitlines()[-1]
    assert again.startswith("Already exported: publication 1 with schema version 1.0: ")


def test_what_is_no_serving_file_is_refused_and_leaves_nothing(shop, tmp_path):
    to = ("--to", tmp_path / "app")
    assert "There is no published file." in refused("--from", tmp_path / "no.duckdb", *to)
    assert "This is no serving file" in refused("--from", shop / "build.duckdb", *to)
    (tmp_path / "text.duckdb").write_text("no database" * 1000)
    assert "DuckDB stopped the export" in refused("--from", tmp_path / "text.duckdb", *to)
    assert not (tmp_path / "app" / "current.json").exists()


def test_a_folder_that_cannot_be_written_is_explained(shop, tmp_path):
    (tmp_path / "file").write_text("a file where a folder is needed")
    error = refused("--from", shop / "serving.duckdb", "--to", tmp_path / "file")
    assert "could not be read or written" in error


def test_a_last_export_that_cannot_be_read_is_not_overwritten(shop, tmp_path):
    (tmp_path / "app" / "theirs").mkdir(parents=True)
    (tmp_path / "app" / "theirs" / "manifest.json").write_text('{"tables": []}')
    for content in ("somebody's", "[1]", '{"folder": "gone"}', '{"folder": "theirs"}'):
        (tmp_path / "app" / "current.json").write_text(content)
        error = refused("--from", shop / "serving.duckdb", "--to", tmp_path / "app")
        assert "The last export cannot be read" in error
        assert (tmp_path / "app" / "current.json").read_text() == content


def test_numbers_that_json_cannot_say_are_named(shop, tmp_path):
    serving_file = publish_again(
        shop, "run-2", "update main_published.user_recommendations set score = 'NaN' where rank = 1"
    )
    error = refused("--from", serving_file, "--to", tmp_path / "app")
    assert "The column score has NaN or infinity" in error
    assert "table user_recommendations" in error


def test_a_changed_serving_file_is_not_exported(shop, tmp_path):
    with duckdb.connect(str(shop / "serving.duckdb")) as connection:
        connection.execute("delete from user_recommendations where rank = 5")
    error = refused("--from", shop / "serving.duckdb", "--to", tmp_path / "app")
    assert "Of the 1504 rows of user_recommendations that were published, 1204 are there." in error


def test_a_full_disk_leaves_the_last_export(two_publications, tmp_path):
    first, serving_file = two_publications
    size = sum(path.stat().st_size for path in first.rglob("*") if path.is_file())
    with small_disk(f"{size // 1024 + 200}k") as disk:
        shutil.copytree(first, disk / "app")
        error = refused("--from", serving_file, "--to", disk / "app")
        assert "No space left on device" in error
        assert current_run(disk / "app") == "run-1"
        assert len(list((disk / "app").glob("publication-*"))) == 1


def test_another_export_to_the_folder_is_refused(two_publications, tmp_path, monkeypatch):
    first, serving_file = two_publications
    directory = Path(shutil.copytree(first, tmp_path / "app"))
    errors = []

    def export_meanwhile(*arguments):
        with pytest.raises(ExportError) as error:
            export(serving_file, directory)
        errors.append(str(error.value))

    monkeypatch.setattr("also_bought.publishing.export._flush_all", export_meanwhile)
    export(serving_file, directory)
    assert "Another export to this folder is running." in errors[0]


def test_what_fails_after_the_swap_is_a_doubt(two_publications, tmp_path, monkeypatch):
    first, serving_file = two_publications
    directory = Path(shutil.copytree(first, tmp_path / "app"))
    replace = Path.replace

    def replace_and_fail(path, target):
        replace(path, target)
        monkeypatch.setattr(os, "fsync", fail)

    def fail(descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", replace_and_fail)
    result = CliRunner().invoke(
        app, ["export", "--from", str(serving_file), "--to", str(directory)]
    )
    assert result.exit_code == 3
    assert result.stderr.startswith("Exported, but what follows the rename fails: ")
    assert current_run(directory) == "run-2"


def test_the_files_are_for_owner_and_group_only(exported):
    assert {path.stat().st_mode & 0o777 for path in exported.rglob("*")} == {0o640, 0o750}
