"""The command line: what people read, also when something is wrong."""

import errno
import io
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest
from dbt_project import REPOSITORY
from fake_build import write_build
from rich.console import Console
from typer.testing import CliRunner, Result

from also_bought.cli import app
from also_bought.publishing import duckdb_file
from also_bought.publishing.show import show_published


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working directory, where the default paths point."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALSO_BOUGHT_DATABASE", raising=False)
    return tmp_path


@pytest.fixture
def serving_file(folder: Path) -> Path:
    """Return a serving file with orders, recommendations and verdicts at the default path."""
    (folder / "serving").mkdir()
    path = folder / "serving" / "also_bought.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create table order_audit as select * from (values
                ('orders_v2', 1500, 1200, 200, 50, 30, 20, 0),
                ('orders_final', 90, 80, 1, 2, 3, 4, 0)
            ) as t (order_source, received_lines, kept_lines, duplicate_lines, superseded_lines,
                    cancelled_lines, rejected_lines, later_lines);
            create table user_recommendations as select *,
                case strategy when 'top_sellers' then strategy else 'also_bought' end as recommender
            from (values
                ('ann', 'explore', 1, 'P1', 'Bread', 0.75, 'top_sellers', 'ordered 9 times'),
                ('ann', 'buy_again', 1, 'P2', 'Jam', 0.5, 'own_history', 'you ordered it 3 times'),
                ('abe', 'explore', 1, 'P1', 'Bread', 0.3, 'user_neighbours', 'bought by 9 of 50'),
                ('abe', 'explore', 2, 'P2', 'Jam', 0.2, 'user_neighbours', 'bought by 8 of 50'),
                ('abe', 'explore', 3, 'P3', 'Tea', 0.1, 'user_neighbours', 'bought by 7 of 50'),
                ('bob', 'explore', 1, 'P3', 'Tea', 0.25, 'user_neighbours', 'bought by 7 of 50'),
                ('bob', 'buy_again', 1, 'P4', null, 0.5, 'own_history', 'you ordered it twice'),
                ('cat', 'explore', 1, 'P3', 'Tea', 0.2, 'user_neighbours', 'bought by 8 of 50'),
                ('cat', 'buy_again', 1, 'P4', null, 0.5, 'own_history', 'you ordered it once'),
                ('d''arcy', 'explore', 1, 'P5', '[red]x[/nonsense]', 1, 'top_sellers',
                    'ESC' || chr(27) || '[31m')
            ) as t (user_id, list, rank, item_id, item_name, score, strategy, reason);
            create table order_checks as select * from (values
                ('orders_v2', 'rejected_lines', 'ok', 'No line of orders_v2 is rejected.', null),
                ('all', 'freshness', 'warn', 'The newest order is 3985 days old.', null),
                ('all', 'volume', 'accepted', 'There are more than usual.', 'Black Friday')
            ) as t (order_source, check_name, state, sentence, accepted_because);
            create table recommendation_verdicts as
                select 'explore' as list, 'better' as verdict,
                    'Better than top sellers.' as sentence;
            create table publication_history as select * from (values
                (1, 'model', 'earlier', 'build_seconds', 99.0),
                (2, 'model', 'cuts', 'build_seconds', 0.25),
                (2, 'model', 'votes', 'build_seconds', 4.0),
                (2, 'model', 'users', 'build_seconds', 1.0),
                (2, 'model', 'items', 'build_seconds', 2.0),
                (2, 'list', 'explore', 'overlap', 77.0)
            ) as t (publication_number, subject, name, measure, value);
            create table attribute_permissions as
                select 'gender' as attribute, 'people.gender > near.kind' as way,
                    'Ms Aydin' as owner, 'The law asks for it.' as reason;
            """
        )
    return path


def run(*arguments: str, exit_code: int = 0) -> Result:
    """Run the command line in this process, and check its exit code."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == exit_code, result.output
    return result


def assert_is_a_short_error(result: Result) -> None:
    """Check that people are told what, where and what to do, in at most five lines."""
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) <= 5
    assert lines[1].startswith("Where: ")
    assert lines[2].startswith("What to do: ")
    assert "Traceback" not in result.stderr


def test_publish_has_an_exit_code_of_its_own_for_what_may_not_last(folder, monkeypatch):
    write_build(folder / "also_bought.duckdb", "run-1")

    def fail_for_folders(path):
        if path.is_dir():
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(duckdb_file, "flush_to_disk", fail_for_folders)
    result = run("publish", exit_code=3)
    assert_is_a_short_error(result)
    assert result.stderr.startswith("Published, but ")


def test_publish_says_what_was_published_and_where(folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    lines = run("publish").stdout.splitlines()
    assert "          50  popular_items" in lines
    assert lines[-1] == (
        "Published build 1 (run id run-1) as publication 1:"
        f" {folder / 'serving' / 'also_bought.duckdb'}"
    )
    assert run("publish").stdout.splitlines()[-1] == (
        "The tables equal those published before; only the run id is new."
    )


def test_publish_takes_its_paths_from_options_and_the_environment(folder, monkeypatch):
    write_build(folder / "elsewhere.duckdb", "run-1")
    run("publish", "--database", "elsewhere.duckdb", "--to", "a.duckdb")
    monkeypatch.setenv("ALSO_BOUGHT_DATABASE", "elsewhere.duckdb")
    run("publish", "--to", "b.duckdb", "--schema", "main")
    assert (folder / "a.duckdb").exists()
    assert (folder / "b.duckdb").exists()


def test_publish_names_the_tests_that_are_off(folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    with duckdb.connect(str(folder / "also_bought.duckdb")) as connection:
        connection.execute(
            "insert into main_meta.also_bought_nodes select 'test.also_bought.assert_' || i, '[]',"
            " false, false, false, '', '', '[]', '[]', 'switched off', null, null"
            " from range(12) numbers(i)"
        )
    assert run("publish").stderr == (
        "Note: Tests of ours that this project has switched off (12):"
        " assert_0, assert_1, assert_10 and 9 more.\n"
    )


def test_publish_refuses_in_a_few_plain_lines(folder):
    result = run("publish", exit_code=1)
    assert_is_a_short_error(result)
    assert "There is no build database." in result.stderr
    write_build(folder / "also_bought.duckdb", "run-1", status="failed")
    result = run("publish", exit_code=1)
    assert_is_a_short_error(result)
    assert "Not all is good: popular_items failed." in result.stderr


def test_publish_explains_a_folder_it_cannot_use(folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    (folder / "serving").write_text("a file where a folder is needed")
    assert_is_a_short_error(run("publish", exit_code=1))


def test_publish_refuses_a_reader_of_a_file(folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    result = run("publish", "--reader", "analysts", exit_code=1)
    assert_is_a_short_error(result)
    assert "--bi-reader are for publishing in Postgres" in result.stderr
    assert not (folder / "serving").exists()


def test_publish_in_postgres_names_the_module_that_is_not_installed(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    monkeypatch.delitem(sys.modules, "also_bought.publishing.postgres", raising=False)
    result = run("publish", "--database", "postgresql://nobody@nowhere/nothing", exit_code=1)
    assert_is_a_short_error(result)
    assert "needs the module psycopg2." in result.stderr


def test_links_that_lead_nowhere_are_no_files(folder):
    (folder / "loop").symlink_to("loop")
    for command in (["publish", "--database", "loop"], ["show", "--from", "loop"]):
        result = run(*command, exit_code=1)
        assert_is_a_short_error(result)
        assert "There is no " in result.stderr


def test_show_counts_lines_of_another_day_where_there_are_some(serving_file):
    assert "later" not in run("show").stdout
    with duckdb.connect(str(serving_file)) as connection:
        connection.execute(
            "update order_audit set received_lines = 97, later_lines = 7 where kept_lines = 80"
        )
    rows = [line.replace("│", " ").split() for line in run("show").stdout.splitlines()]
    assert ["orders_final", "97", "80", "1", "2", "3", "4", "7"] in rows


def test_show_prints_orders_recommendations_verdicts_and_next_steps(serving_file):
    output = run("show").stdout
    rows = [line.split() for line in output.splitlines()]
    assert ["orders_v2", "1,500", "1,200", "200", "50", "30", "20"] in rows
    assert ["all", "1,590", "1,280", "201", "52", "33", "24"] in rows
    # abe has more rows, but only bob and cat have rows from the model in both lists.
    assert "Recommendations for customer bob" in output
    assert "bought by 7 of 50" in output
    assert "Better than top sellers." in output
    assert str(serving_file) in output
    # An item without a name goes by its id.
    assert ["buy_again", "1", "P4", "0.5", "own_history", "you", "ordered", "it", "twice"] in rows


def test_show_names_the_checks_that_fail_above_the_recommendations(serving_file):
    checks = run("show").stdout.partition("Recommendations for")[0]
    rows = [line.strip().split(maxsplit=2) for line in checks.splitlines()]
    assert ["freshness", "warn", "The newest order is 3985 days old."] in rows
    accepted = "There are more than usual. Accepted: Black Friday"
    assert ["volume", "accepted", accepted] in rows
    assert "No line of orders_v2 is rejected." not in checks


def test_show_says_which_attributes_are_permitted_and_by_whom(serving_file):
    after_verdicts = run("show").stdout.partition("Better than top sellers.")[2]
    for said in ("gender", "Ms Aydin", "The law asks for it."):
        assert said in after_verdicts
    with duckdb.connect(str(serving_file)) as connection:
        connection.execute("delete from attribute_permissions")
    assert "may count" not in run("show").stdout


def test_show_says_where_no_check_fails(serving_file):
    with duckdb.connect(str(serving_file)) as connection:
        connection.execute("update order_checks set state = 'ok'")
    assert "No check of the orders fails." in run("show").stdout


def test_show_names_the_slowest_models_of_this_publication(serving_file):
    slowest = "Slowest of 7 s of models: votes 4.0 s, items 2.0 s, users 1.0 s."
    assert slowest in run("show").stdout


def test_show_breaks_no_name_and_no_short_reason_in_80_columns(serving_file):
    with duckdb.connect(str(serving_file)) as connection:
        connection.execute("update order_audit set order_source = 'orders_final_final'")
        connection.execute("update user_recommendations set item_name = 'Dried trail meals, 6'")
        connection.execute("update user_recommendations set reason = 'because you bought a teapot'")
    printed = io.StringIO()
    show_published(serving_file, "bob", Console(file=printed, width=80))
    tables = printed.getvalue().partition("Where to look next")[0]
    assert max(map(len, tables.splitlines())) <= 80
    assert "…" not in tables
    assert tables.count("orders_final_final  ") == 2
    assert tables.count("Dried trail meals, 6  because you bought a teapot") == 2


def test_show_does_not_take_the_build_database_for_what_was_published(folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    result = run("show", "--from", "also_bought.duckdb", exit_code=1)
    assert_is_a_short_error(result)
    assert "This is the build database" in result.stderr
    assert "`also-bought publish`" in result.stderr


def to_full_disk(*arguments: str) -> subprocess.CompletedProcess:
    """Run the command line with its output on a device that is always full."""
    with open("/dev/full", "w") as full:  # noqa: PTH123
        return subprocess.run(
            [sys.executable, "-c", "from also_bought.cli import app; app()", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )


def test_output_that_cannot_be_written_is_told_in_a_line(serving_file, folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    full = "The output cannot be written: No space left on device."
    shown = to_full_disk("show")
    assert (shown.returncode, shown.stderr.splitlines()) == (1, [full])
    published = to_full_disk("publish", "--to", "other.duckdb")
    assert published.stderr.splitlines()[1:] == [full]
    # It was published all the same, and nobody shall think otherwise.
    assert published.stderr.startswith("Published build 1 (run id run-1) as publication 1: ")
    assert (folder / "other.duckdb").exists()


def test_publish_names_the_program_that_has_the_build_database_open(folder):
    write_build(folder / "also_bought.duckdb", "run-1")
    hold = "import duckdb; c = duckdb.connect('also_bought.duckdb'); print(1, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        published = run("publish", exit_code=1)
        shown = run("show", "--from", "also_bought.duckdb", exit_code=1)
        holder.communicate(b"\n")
    for result in (published, shown):
        assert_is_a_short_error(result)
        assert str(holder.pid) in result.stderr


def test_help_shows_defaults_and_brackets(folder):
    helped = " ".join(run("publish", "--help").stdout.split())
    assert "a DuckDB file [default: serving/also_bought.duckdb]" in helped
    assert "a schema [default: also_bought]" in helped
    assert "default: also_bought.duckdb]" in helped


def test_show_takes_a_customer_and_never_their_markup(serving_file):
    output = run("show", "--customer", "d'arcy").stdout
    assert "[red]x[/nonsense]" in output
    assert "\x1b" not in output
    assert "where user_id = 'd''arcy'" in output


@pytest.mark.parametrize(("name", "row_count"), [("A query:", 2), ("Its columns:", 9)])
def test_the_queries_that_show_suggests_run(serving_file, name, row_count):
    output = run("show").stdout
    query = next(line for line in output.splitlines() if name in line).split(":", 1)[1]
    with duckdb.connect(str(serving_file), read_only=True) as connection:
        assert len(connection.execute(query).fetchall()) == row_count


@pytest.mark.parametrize(
    ("statement", "arguments", "message"),
    [
        (None, ["--from", "absent.duckdb"], "There is no published file."),
        (None, ["--from", 300 * "x"], "The published file cannot be reached: File name too long."),
        (None, ["--customer", "nobody"], "There are no recommendations for customer nobody."),
        ("drop table order_audit", [], "The published file cannot be read"),
        ("delete from user_recommendations", [], "There are no recommendations in the published"),
    ],
)
def test_show_explains_what_it_cannot_show(serving_file, statement, arguments, message):
    if statement:
        with duckdb.connect(str(serving_file)) as connection:
            connection.execute(statement)
    result = CliRunner().invoke(app, ["show", *arguments])
    assert result.exit_code == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) <= 5
    assert "Traceback" not in result.output


def test_help_does_not_wait_for_duckdb():
    imported = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, also_bought.cli; print({'duckdb', 'numba', 'pandas'} & set(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert imported.stdout == "set()\n"


def test_version_is_that_of_the_package(folder):
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert run("--version").stdout == f"also-bought {pyproject['project']['version']}\n"
