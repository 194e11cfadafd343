"""Publishing: what is refused, what survives a kill, what a reader can see."""

import errno
import itertools
import os
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest
from fake_build import HOSTILE_TEXT, log_of_command, log_of_table, read, write_build
from killed import assert_killed

from also_bought.publishing import duckdb_file as publish_module
from also_bought.publishing import serving_pair
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.export import export
from also_bought.publishing.publication import PublishDoubtError, PublishError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a build database with one good build, run id `run-1`."""
    path = tmp_path / "build.duckdb"
    write_build(path, "run-1")
    return path


def change(path: Path, statement: str) -> None:
    """Run `statement` in a build database."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


# Each run id that a serving file shows, in any table, by column and by content.
ALL_RUN_IDS = """
    select run_id from popular_items
    union select split_part(item_name, ' ', 1) from popular_items
    union select run_id from "Odd ""quoted"" name"
    union select run_id from publication
    """


def run_ids(path: Path) -> set[str]:
    """Return each run id that a serving file shows."""
    return {run_id for (run_id,) in read(path, ALL_RUN_IDS)}


def files_beside(path: Path) -> set[str]:
    """Return the names in the folder of the serving file."""
    return {file.name for file in path.parent.iterdir()}


PUBLISHED_NAMES = {
    "also_bought.duckdb",
    "also_bought_bi.duckdb",
    "also_bought.duckdb.publications",
    ".also_bought.duckdb.lock",
}


def figures_beside(serving_file: Path) -> Path:
    """Return the file of figures."""
    return serving_file.with_name("also_bought_bi.duckdb")


def run_ids_of_pair(serving_file: Path) -> list[set[str]]:
    """Return the run ids of the serving file and of the file of figures, empty where it is none."""
    figures = "select run_id from popular_items union select run_id from publication"
    both = ((serving_file, ALL_RUN_IDS), (figures_beside(serving_file), figures))
    return [
        {run_id for (run_id,) in read(file, query)} if file.exists() else set()
        for file, query in both
    ]


def make_plain(serving_file: Path) -> None:
    """Leave the serving file as an earlier version wrote it: a file, without figures beside it."""
    content = serving_file.read_bytes()
    shutil.rmtree(serving_file.parent)
    serving_file.parent.mkdir()
    serving_file.write_bytes(content)
    for column in ("published_group", "publication_seal"):
        change(serving_file, f"alter table publication drop column {column}")


def test_the_published_file_is_whole_and_carries_types_constraints_and_comments(
    database, serving_file
):
    publication = publish(database, serving_file)
    assert run_ids(serving_file) == {"run-1"}
    assert files_beside(serving_file) == PUBLISHED_NAMES
    assert read(
        serving_file,
        "select column_name, data_type, is_nullable, comment from duckdb_columns()"
        " where table_name = 'popular_items' order by column_index",
    ) == [
        ("item_id", "INTEGER", False, "The item."),
        ("item_name", "VARCHAR", False, None),
        ("score", "DOUBLE", True, None),
        ("run_id", "VARCHAR", False, "The dbt run that built this row."),
    ]
    assert read(
        serving_file, "select comment from duckdb_tables() where table_name = 'popular_items'"
    ) == [("""One row per item; it's "ranked".""",)]
    types = """select data_type from duckdb_columns() where table_name = 'Odd "quoted" name'
               and column_name <> 'run_id' order by column_index"""
    assert read(serving_file, types) == read(database, types)
    assert read(
        serving_file, "select table_name, row_count, content_hash from publication order by all"
    ) == sorted((table.name, table.row_count, table.content_hash) for table in publication.tables)


def test_hostile_content_round_trips(database, serving_file):
    publish(database, serving_file)
    rows = read(serving_file, 'select "select", "Ünï"[1] from "Odd ""quoted"" name"')
    assert sorted(rows, key=str) == sorted(((text, text) for text in HOSTILE_TEXT), key=str)


def test_rows_are_in_order_whatever_the_order_of_the_build(database, serving_file):
    change(
        database,
        "create or replace table main_published.popular_items as"
        " select * from main_published.popular_items order by hash(item_id)",
    )
    publish(database, serving_file)
    assert read(serving_file, "select item_id from popular_items") == [(i,) for i in range(50)]


def test_the_file_is_readable_by_owner_and_group_only_and_by_old_drivers(database, serving_file):
    previous_umask = os.umask(0o000)
    try:
        publish(database, serving_file)
    finally:
        os.umask(previous_umask)
    assert stat.S_IMODE(serving_file.stat().st_mode) == 0o640
    # The number after the magic word: 64 is the storage format of DuckDB 0.10 to 1.1.
    assert int.from_bytes(serving_file.read_bytes()[12:20], "little") == 64
    with duckdb.connect() as connection:
        connection.execute(f"attach '{serving_file}' as published (read_only)")
        tags = connection.execute(
            "select tags from duckdb_databases() where database_name = 'published'"
        ).fetchone()[0]
    assert tags["storage_version"] == "v1.0.0+"


def test_folders_that_are_made_are_open_to_nobody_else_whatever_the_umask(database, tmp_path):
    deep, exported = tmp_path / "a" / "b" / "c" / "shop.duckdb", tmp_path / "d" / "e" / "exported"
    previous_umask = os.umask(0o000)
    try:
        publish(database, deep)
        export(deep, exported)
    finally:
        os.umask(previous_umask)
    for made in (tmp_path / "a", tmp_path / "a" / "b", deep.parent, tmp_path / "d", exported):
        assert stat.S_IMODE(made.stat().st_mode) == 0o750, made


def test_a_publish_that_would_not_fit_does_not_begin(database, serving_file, monkeypatch):
    publish(database, serving_file)
    both = (serving_file, figures_beside(serving_file))
    needed = sum(file.stat().st_size for file in both)
    usage = shutil.disk_usage(serving_file.parent)
    for free in (needed - 1, needed):
        room = usage._replace(free=free)
        monkeypatch.setattr(publish_module.shutil, "disk_usage", lambda _folder, room=room: room)
        if free == needed:
            assert publish(database, serving_file).publication_number == 2
            continue
        with pytest.raises(PublishError, match=f"about {needed:,} bytes.* and {free:,} are free"):
            publish(database, serving_file)
        assert files_beside(serving_file) == PUBLISHED_NAMES


def test_nothing_is_world_readable_while_publishing(database, serving_file, monkeypatch):
    seen = []
    measure = publish_module.DuckDBFile.measure

    def look_and_measure(*arguments):
        for folder, _, files in os.walk(serving_file.parent):
            if Path(folder).stat().st_mode & stat.S_IRWXO == 0 and folder != str(
                serving_file.parent
            ):
                continue
            seen.extend(
                name for name in files if (Path(folder) / name).stat().st_mode & stat.S_IRWXO
            )
        assert (serving_file.parent / ".also_bought.duckdb.publishing").is_dir()
        return measure(*arguments)

    monkeypatch.setattr(publish_module.DuckDBFile, "measure", look_and_measure)
    publish(database, serving_file)
    assert seen == []


def test_publications_are_numbered_and_equal_contents_are_noticed(database, serving_file):
    assert not publish(database, serving_file).equals_previous
    again = publish(database, serving_file)
    assert (again.publication_number, again.equals_previous) == (2, True)
    # Other rows, the same number of them.
    write_build(database, "run-2")
    third = publish(database, serving_file)
    assert (third.publication_number, third.equals_previous) == (3, False)
    assert read(serving_file, "select distinct publication_number, run_id from publication") == [
        (3, "run-2")
    ]


def content_hash(tmp_path: Path, statement: str) -> str:
    """Return the content hash of `popular_items` after `statement` in a fresh build."""
    database = tmp_path / "other.duckdb"
    database.unlink(missing_ok=True)
    write_build(database, "run-1")
    change(database, statement)
    publication = publish(database, tmp_path / "other_serving.duckdb")
    return next(table.content_hash for table in publication.tables if table.name == "popular_items")


def test_the_content_hash_sees_the_rows_and_not_their_order(tmp_path):
    table = "main_published.popular_items"
    original = content_hash(tmp_path, "select 1")
    reordered = f"create or replace table {table} as from {table} order by item_id desc"
    assert content_hash(tmp_path, reordered) == original
    for statement in (
        f"update {table} set score = score + 1e-12 where item_id = 7",
        f"update {table} set score = null where item_id = 7",
        f"delete from {table} where item_id = 7",
        f"insert into {table} from {table} where item_id = 7",
        f"insert into {table} from {table} where item_id = 7 union all from {table}"
        " where item_id = 7",
        f"alter table {table} rename score to points",
        f"alter table {table} alter score type float",
    ):
        assert content_hash(tmp_path, statement) != original, statement


def test_the_content_hash_tells_where_one_value_ends_and_the_next_begins(tmp_path):
    table = "main_published.popular_items"
    make = (
        f"create or replace table {table} (a varchar, b varchar); insert into {table} values (%s)"
    )
    contents = [
        "'x', 'yz'",
        "'xy', 'z'",
        "'xyz', ''",
        "'xyz', null",
        "null, 'xyz'",
        "'NULL', null",
        "null, null",
    ]
    hashes = {content_hash(tmp_path, make % values) for values in contents}
    assert len(hashes) == len(contents)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("drop table main_meta.also_bought_nodes", "No build is recorded"),
        ("delete from main_meta.also_bought_nodes", "no model has the tag"),
        ("delete from main_meta.also_bought_results", "never built"),
        (
            "alter table main_meta.also_bought_nodes drop column person_keys",
            "earlier version.*\\n.*main_meta.*\\n.*`dbt build` with this version",
        ),
        ("drop table main_published.popular_items", "popular_items is missing"),
        ("delete from main_published.popular_items", "popular_items has no rows"),
        (
            "alter table main_published.popular_items rename to other;"
            "create view main_published.popular_items as from main_published.other",
            "is a view",
        ),
        ("alter table main_published.popular_items add run_id integer", "has a column run_id"),
        (
            "create table main.popular_items as select 1 as item_id;"
            + log_of_table("main_meta", "main", "popular_items"),
            "The name popular_items is taken",
        ),
        (
            "create table main.publication as select 1 as item_id;"
            + log_of_table("main_meta", "main", "Publication"),
            "The name Publication is taken",
        ),
        (
            "create table main.list_overlap as select 1 as item_id;"
            + log_of_table("main_meta", "main", "list_overlap"),
            "The name list_overlap is taken",
        ),
        (
            log_of_command("dev_meta", "run-1"),
            "more than one dbt target.*\n.*\n.*with --schema: dev, main",
        ),
    ],
)
def test_a_build_that_is_not_fit_is_refused(database, serving_file, statement, message):
    publish(database, serving_file)
    before = serving_file.read_bytes()
    change(database, statement)
    with pytest.raises(PublishError, match=message) as refusal:
        publish(database, serving_file)
    assert len(str(refusal.value).splitlines()) == 3
    assert serving_file.read_bytes() == before


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("failed", "popular_items failed"),
        ("begun", "killed or still runs"),
        ("partial", "a part of the rows"),
    ],
)
def test_a_build_that_is_not_good_is_refused_until_the_next_good_one(
    database, serving_file, status, message
):
    publish(database, serving_file)
    before = serving_file.read_bytes()
    write_build(database, "run-2", status=status)
    with pytest.raises(PublishError, match=message):
        publish(database, serving_file)
    assert serving_file.read_bytes() == before
    write_build(database, "run-3")
    publish(database, serving_file)
    assert run_ids(serving_file) == {"run-3"}


def test_of_two_targets_in_a_database_the_named_one_is_published(database, serving_file):
    change(
        database,
        log_of_command("dev_meta", "run-dev")
        + log_of_table("dev_meta", "main_published", "popular_items", status="failed"),
    )
    assert publish(database, serving_file, "main").run_id == "run-1"
    with pytest.raises(PublishError, match="failed"):
        publish(database, serving_file, "dev")
    with pytest.raises(PublishError, match="with --schema: dev, main"):
        publish(database, serving_file, "prod")


def add_published_table(database: Path, name: str, query: str) -> None:
    """Add a table to what the latest build publishes."""
    change(database, f"create or replace table main_published.{name} as {query}")
    change(database, log_of_table("main_meta", "main_published", name, may_be_empty=True))


def test_a_suspect_verdict_stops_the_publish_and_says_why(database, serving_file):
    verdict = (
        "select 'explore' as list, 'suspect: too good' as verdict,"
        " 'It knew the answers' as sentence"
    )
    add_published_table(database, "recommendation_verdicts", verdict)
    with pytest.raises(
        PublishError, match=r"list explore is suspect\. It knew the answers"
    ) as caught:
        publish(database, serving_file)
    assert len(str(caught.value).splitlines()) <= 5
    assert not serving_file.exists()
    change(database, "update main_published.recommendation_verdicts set verdict = 'better'")
    publish(database, serving_file)


@pytest.mark.parametrize(
    "rewriting",
    ["delete from {} where entry_hash = 'b'", "update {} set entry_hash = 'x'", "drop table {}"],
)
def test_published_metrics_cannot_be_rewritten(database, serving_file, rewriting):
    history = "select * from (values ('a'), ('b')) h(entry_hash)"
    add_published_table(database, "recommendation_metrics", history)
    publish(database, serving_file)
    change(database, "insert into main_published.recommendation_metrics values ('c')")
    publish(database, serving_file)
    before = serving_file.read_bytes()
    change(database, rewriting.format("main_published.recommendation_metrics"))
    if rewriting.startswith("drop"):
        change(
            database,
            "delete from main_meta.also_bought_nodes where table_name = 'recommendation_metrics'",
        )
    with pytest.raises(PublishError, match="entries of recommendation_metrics are gone or changed"):
        publish(database, serving_file)
    assert serving_file.read_bytes() == before


@pytest.mark.parametrize(
    "change_of_figures",
    [
        "update publication_history set value = value + 1",
        "delete from publication_history",
        "drop table publication_history",
        "update publication set content_hash = 'x'",
        "insert into attribute_permissions values ('age', 'users.age', 'nobody', 'none')",
    ],
)
def test_figures_of_earlier_publications_are_not_sealed_anew_once_they_were_changed(
    database, serving_file, change_of_figures
):
    publish(database, serving_file)
    whole = serving_file.read_bytes()
    change(serving_file.resolve(), change_of_figures)
    changed = serving_file.read_bytes()
    with pytest.raises(PublishError, match="the seal is broken") as refusal:
        publish(database, serving_file)
    assert len(str(refusal.value).splitlines()) == 3
    assert serving_file.read_bytes() == changed
    serving_file.resolve().write_bytes(whole)
    assert publish(database, serving_file).publication_number == 2
    change(serving_file.resolve(), change_of_figures)
    # As the message says.
    serving_file.unlink()
    assert publish(database, serving_file).publication_number == 1


def test_the_latest_build_is_the_highest_number_whatever_the_clock_says(database, serving_file):
    write_build(database, "run-2")
    change(
        database,
        "update main_meta.also_bought_builds set started_at = '1999-01-01',"
        " finished_at = '1999-01-01' where run_id = 'run-2'",
    )
    assert publish(database, serving_file).run_id == "run-2"


def test_a_database_that_cannot_be_opened_is_refused(tmp_path, database, serving_file):
    with pytest.raises(PublishError, match="no build database"):
        publish(tmp_path / "absent.duckdb", serving_file)
    with pytest.raises(PublishError, match="would replace the build database"):
        publish(database, database)
    garbage = tmp_path / "garbage.duckdb"
    garbage.write_bytes(b"not a database" * 1000)
    with pytest.raises(PublishError, match="DuckDB stopped"):
        publish(garbage, serving_file)
    assert not serving_file.parent.exists()


def test_a_running_build_is_named(database, serving_file):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(database)!r}); print('open', flush=True);"
            " input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(PublishError, match=f"open for writing \\(process {holder.pid}\\)"):
            publish(database, serving_file)
    finally:
        holder.communicate("\n")


def test_a_file_that_is_not_ours_is_never_replaced(database, tmp_path):
    other = tmp_path / "warehouse.duckdb"
    change(other, "create table precious as select 42 as answer")
    garbage = tmp_path / "notes.txt"
    garbage.write_text("precious")
    for file in (other, garbage):
        before = file.read_bytes()
        with pytest.raises(PublishError, match="not a serving file"):
            publish(database, file)
        assert file.read_bytes() == before


def test_a_link_stays_a_link(database, serving_file, tmp_path):
    publish(database, serving_file)
    link = tmp_path / "current.duckdb"
    link.symlink_to(serving_file)
    publish(database, link)
    assert link.is_symlink()
    assert read(serving_file, "select max(publication_number) from publication") == [(2,)]


def test_a_log_beside_the_serving_file_is_refused(database, serving_file):
    publish(database, serving_file)
    before = serving_file.read_bytes()
    log = serving_file.with_name("also_bought.duckdb.wal")
    log.write_bytes(b"")
    write_build(database, "run-2")
    with pytest.raises(PublishError, match="write-ahead log"):
        publish(database, serving_file)
    assert serving_file.read_bytes() == before


def test_a_copy_that_reads_back_different_is_not_published(database, serving_file, monkeypatch):
    publish(database, serving_file)
    before = serving_file.read_bytes()
    read_back = publish_module._read_back

    for file, damage in itertools.product(
        ("also_bought.duckdb", "also_bought_bi.duckdb"),
        (
            "update popular_items set score = 9 where item_id = 3",
            "update popular_items set run_id = 'another' where item_id = 3",
            "drop table popular_items",
        ),
    ):

        def damage_and_read_back(staged, pair, publication, file=file, damage=damage):
            change(staged / file, damage)
            read_back(staged, pair, publication)

        monkeypatch.setattr(publish_module, "_read_back", damage_and_read_back)
        with pytest.raises(PublishError, match="popular_items"):
            publish(database, serving_file)
        assert serving_file.read_bytes() == before
        assert files_beside(serving_file) == PUBLISHED_NAMES


def test_the_file_is_on_disk_before_the_rename_and_the_folder_after(
    database, serving_file, monkeypatch
):
    publish(database, serving_file)
    events = []

    def record(holder: object, name: str, event: str) -> None:
        original = getattr(holder, name)
        monkeypatch.setattr(
            holder,
            name,
            lambda path, *arguments: (
                events.append((event, path.name)),
                original(path, *arguments),
            )[1],
        )

    for module in (publish_module, serving_pair):
        record(module, "flush_to_disk", "flush")
    record(Path, "rename", "rename")
    record(Path, "replace", "replace")
    publish(database, serving_file)
    assert events == [
        ("flush", "also_bought.duckdb"),
        ("flush", "also_bought_bi.duckdb"),
        ("flush", "publication"),
        ("rename", "publication"),
        ("flush", "also_bought.duckdb.publications"),
        ("flush", "serving"),
        ("replace", "link"),
        ("flush", "also_bought.duckdb.publications"),
    ]


def test_a_disk_that_fails_after_the_rename_is_not_called_unpublished(
    database, serving_file, monkeypatch
):
    publish(database, serving_file)
    write_build(database, "run-2")

    def fail(_path):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    # Of the two modules that flush, this one does so after the rename.
    monkeypatch.setattr(publish_module, "flush_to_disk", fail)
    with pytest.raises(PublishDoubtError, match=r"Published, but .*Input/output error") as doubt:
        publish(database, serving_file)
    assert len(str(doubt.value).splitlines()) == 3
    assert run_ids_of_pair(serving_file) == [{"run-2"}, {"run-2"}]
    assert files_beside(serving_file) == PUBLISHED_NAMES


# Where a publish is killed: before or after the call of a function of the publish module.
KILLED_AT = [
    "before staging_folder",
    "before DuckDBFile.copy_table",
    "after DuckDBFile.copy_table",
    "before DuckDBFile.write_publication",
    "after DuckDBFile.write_publication",
    "after _stage",
    "after _read_back",
    "before ServingPair.prepare",
    "before Path.rename",
    "after Path.rename",
    "before Path.replace",
    "after Path.replace",
    "before ServingPair.remove_others",
]


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_killed_publish_leaves_one_whole_publication(database, serving_file, moment):
    publish(database, serving_file)
    before = serving_file.read_bytes()
    write_build(database, "run-2")
    assert_killed("also_bought.publishing.duckdb_file.publish", moment, database, serving_file)
    if moment in ("after Path.replace", "before ServingPair.remove_others"):
        assert run_ids_of_pair(serving_file) == [{"run-2"}, {"run-2"}]
    else:
        assert serving_file.read_bytes() == before
        assert run_ids_of_pair(serving_file) == [{"run-1"}, {"run-1"}]
    assert_the_next_publish_needs_no_hand(database, serving_file)


def assert_the_next_publish_needs_no_hand(database: Path, serving_file: Path) -> None:
    write_build(database, "run-3")
    publish(database, serving_file)
    assert run_ids_of_pair(serving_file) == [{"run-3"}, {"run-3"}]
    assert files_beside(serving_file) == PUBLISHED_NAMES
    publications = serving_file.with_name("also_bought.duckdb.publications")
    # The link, the current one, and the one before if there was one.
    assert len(list(publications.iterdir())) <= 3


@pytest.mark.parametrize("moment", ["rename", "replace 1", "replace 2", "replace 3"])
def test_a_killed_first_publish_leaves_both_files_or_none(database, serving_file, moment):
    assert_killed(
        "also_bought.publishing.duckdb_file.publish", f"after Path.{moment}", database, serving_file
    )
    is_published = moment == "replace 3"
    assert run_ids_of_pair(serving_file) == [{"run-1"} if is_published else set()] * 2
    assert_the_next_publish_needs_no_hand(database, serving_file)


@pytest.mark.parametrize(
    "moment",
    ["os.link", *(f"Path.{call}" for call in ("replace 1", "replace 2", "rename", "replace 3"))],
)
def test_a_serving_file_of_an_earlier_version_is_there_until_the_pair_is(
    database, serving_file, moment
):
    publish(database, serving_file)
    make_plain(serving_file)
    before = serving_file.read_bytes()
    write_build(database, "run-2")
    assert_killed(
        "also_bought.publishing.duckdb_file.publish", f"after {moment}", database, serving_file
    )
    assert serving_file.read_bytes() == before
    assert run_ids_of_pair(serving_file) == [{"run-1"}, set()]
    assert_the_next_publish_needs_no_hand(database, serving_file)


def test_a_serving_file_of_an_earlier_version_is_taken_over_at_once(database, serving_file):
    publish(database, serving_file)
    make_plain(serving_file)
    write_build(database, "run-2")
    assert_killed(
        "also_bought.publishing.duckdb_file.publish",
        "after Path.replace 4",
        database,
        serving_file,
    )
    assert run_ids_of_pair(serving_file) == [{"run-2"}, {"run-2"}]
    numbers = "select distinct publication_number from publication"
    assert read(serving_file, numbers) == [(2,)]


def test_figures_lie_in_a_file_of_their_own_without_persons(database, serving_file):
    change(database, log_of_table("main_meta", "main_published", "persons"))
    change(database, "create table main_published.persons as select 'C1' as user_id")
    publish(database, serving_file)
    tables = "select table_name from duckdb_tables() order by 1"
    assert read(figures_beside(serving_file), tables) == [
        ("attribute_permissions",),
        ("list_overlap",),
        ("popular_items",),
        ("publication",),
        ("publication_history",),
    ]
    groups = "select table_name, published_group from publication order by 1"
    for file in (serving_file, figures_beside(serving_file)):
        assert read(file, groups) == [
            ('Odd "quoted" name', "app"),
            ("persons", "app"),
            ("popular_items", "bi"),
            ("rejected_order_lines", "app"),
        ]
    described = (
        "select t.comment, column_name, data_type, is_nullable, c.comment from duckdb_tables() t"
        " join duckdb_columns() c using (table_name) where table_name = 'popular_items'"
        " order by column_index"
    )
    for query in (described, "from popular_items"):
        assert read(figures_beside(serving_file), query) == read(serving_file, query)
    assert stat.S_IMODE(figures_beside(serving_file).stat().st_mode) == 0o640
    exported = export(figures_beside(serving_file), database.parent / "figures")
    assert set(exported.row_counts) == {
        "attribute_permissions",
        "list_overlap",
        "popular_items",
        "publication",
        "publication_history",
    }


def test_each_file_keeps_its_group(database, serving_file):
    publish(database, serving_file)
    groups = [os.getgid(), *os.getgroups()] if os.geteuid() else [4242, 4243]
    for file, group in zip((serving_file, figures_beside(serving_file)), groups, strict=False):
        os.chown(file, -1, group)
    before = [path.stat().st_gid for path in (serving_file, figures_beside(serving_file))]
    publish(database, serving_file)
    assert [path.stat().st_gid for path in (serving_file, figures_beside(serving_file))] == before


def test_whoever_may_not_list_the_folder_reads_what_the_group_of_a_file_may(database, serving_file):
    previous_umask = os.umask(0o077)
    try:
        publish(database, serving_file)
    finally:
        os.umask(previous_umask)
    folder = figures_beside(serving_file).resolve().parent
    for path in (folder, folder.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o751


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_has_the_name_of_the_figures_is_never_replaced(database, serving_file, kind, tmp_path):
    serving_file.parent.mkdir()
    other = tmp_path / "precious" if kind == "link" else figures_beside(serving_file)
    other.write_text("precious")
    if kind == "link":
        figures_beside(serving_file).symlink_to(other)
    message = {"link": "place of the file of figures is taken", "file": "not a serving file"}
    with pytest.raises(PublishError, match=message[kind]) as refusal:
        publish(database, serving_file)
    assert len(str(refusal.value).splitlines()) == 3
    assert other.read_text() == "precious"
    assert not serving_file.exists()


def test_a_folder_that_was_copied_without_its_links_is_taken_over(database, serving_file):
    publish(database, serving_file)
    shutil.copytree(serving_file.parent, serving_file.parent.with_name("copy"))
    copy = serving_file.parent.with_name("copy") / serving_file.name
    assert not copy.is_symlink()
    assert_the_next_publish_needs_no_hand(database, copy)


def test_nothing_is_published_to_the_file_of_figures(database, serving_file):
    publish(database, serving_file)
    with pytest.raises(PublishError, match="This is the file of figures") as refusal:
        publish(database, figures_beside(serving_file))
    assert f"name the serving file: {serving_file}." in str(refusal.value)


def test_who_moves_the_serving_file_away_does_not_find_it_again(database, serving_file):
    publish(database, serving_file)
    serving_file.unlink()
    write_build(database, "run-2")
    assert_killed(
        "also_bought.publishing.duckdb_file.publish",
        "after Path.replace 1",
        database,
        serving_file,
    )
    assert run_ids_of_pair(serving_file) == [set(), set()]
    assert publish(database, serving_file).publication_number == 1


def test_cleaning_up_touches_nothing_but_its_own(database, serving_file):
    publish(database, serving_file)
    neighbours = [
        serving_file.parent / name
        for name in (
            ".other.duckdb.publishing",
            ".also_bought.duckdb.publishing.old",
            "also_bought.duckdb.tmp",
        )
    ]
    for neighbour in neighbours:
        neighbour.mkdir()
        (neighbour / "precious").write_text("precious")
    publish(database, serving_file)
    assert all((neighbour / "precious").exists() for neighbour in neighbours)


def test_of_two_publishes_at_once_the_second_is_refused(database, serving_file, monkeypatch):
    copy_table = publish_module.DuckDBFile.copy_table

    def publish_meanwhile(*arguments):
        # The same, from a process of its own: a lock belongs to a process's open file.
        second = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path;"
                " from also_bought.publishing.duckdb_file import publish;"
                " publish(Path(sys.argv[1]), Path(sys.argv[2]))",
                str(database),
                str(serving_file),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Another publish to this serving file is running" in second.stderr
        return copy_table(*arguments)

    monkeypatch.setattr(publish_module.DuckDBFile, "copy_table", publish_meanwhile)
    publish(database, serving_file)
    assert run_ids(serving_file) == {"run-1"}


def test_an_open_reader_keeps_its_snapshot(database, serving_file):
    publish(database, serving_file)
    reader = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PATIENT_READER), str(serving_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "open\n"
    write_build(database, "run-2", items=80)
    publish(database, serving_file)
    output, _ = reader.communicate("\n")
    assert output == "run-1 50\nrun-2 80\n"


PATIENT_READER = """
    import sys
    import duckdb

    query = "select any_value(run_id), count(distinct item_name) from popular_items"
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        print("open", flush=True)
        input()
        print(*connection.execute(query).fetchone(), flush=True)
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        print(*connection.execute(query).fetchone(), flush=True)
    """

RE_OPENING_READER = """
    import sys
    import duckdb

    seen = []
    print("ready", flush=True)
    while not seen or seen[-1] != [sys.argv[2]]:
        with duckdb.connect(sys.argv[1], read_only=True) as connection:
            seen.append(connection.execute(sys.argv[3]).fetchone()[0])
    assert all(len(run_ids) == 1 for run_ids in seen), seen
    numbers = [int(run_ids[0].removeprefix("run-")) for run_ids in seen]
    assert numbers == sorted(numbers), numbers
    print(len(seen), len(set(numbers)))
    """


def test_a_reader_never_sees_two_runs_at_once(database, serving_file):
    publish(database, serving_file)
    reader = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(RE_OPENING_READER),
            str(serving_file),
            "run-21",
            f"select list(distinct run_id) from ({ALL_RUN_IDS})",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout.readline() == "ready\n"
    for number in range(2, 22):
        write_build(database, f"run-{number}")
        publish(database, serving_file)
    output, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    openings, runs = map(int, output.split())
    assert openings >= runs > 10


def write_lists(database: Path, run_id: str, rows: list[tuple[str, str, int, str]]) -> None:
    """Add a build with these rows of user, list, rank and item."""
    write_build(database, run_id)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "create or replace table main_published.user_recommendations"
            " (user_id varchar, list varchar, rank integer, item_id varchar)"
        )
        connection.executemany(
            "insert into main_published.user_recommendations values (?, ?, ?, ?)", rows
        )
        connection.execute(log_of_table("main_meta", "main_published", "user_recommendations"))


def test_lists_are_compared_with_those_they_replace(database, serving_file):
    overlap = "from list_overlap order by list"
    publish(database, serving_file)
    assert read(serving_file, overlap) == []
    first = [
        ("ann", "explore", 1, "A"),
        ("ann", "explore", 2, "B"),
        ("bob", "explore", 1, "A"),
        ("bob", "buy_again", 1, "C"),
        ("gone", "explore", 1, "A"),
    ]
    write_lists(database, "run-2", first)
    publish(database, serving_file)
    # The publication before had no lists.
    assert read(serving_file, overlap) == []
    second = [
        ("ann", "explore", 1, "B"),
        ("ann", "explore", 2, "C"),
        ("ann", "explore", 3, "D"),
        ("bob", "explore", 1, "A"),
        ("bob", "buy_again", 1, "A"),
        ("new", "explore", 1, "A"),
    ]
    write_lists(database, "run-3", second)
    publish(database, serving_file)
    # Explore: ann keeps B out of three, bob keeps A out of one.
    assert read(serving_file, overlap) == [
        ("buy_again", 1, 1, 1, 0, 0.0),
        ("explore", 2, 4, 3, 2, 0.5),
    ]
    publish(database, serving_file)
    assert read(serving_file, overlap) == [
        ("buy_again", 1, 1, 1, 1, 1.0),
        ("explore", 3, 5, 5, 5, 1.0),
    ]
