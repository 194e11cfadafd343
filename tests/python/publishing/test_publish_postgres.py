"""Publishing in Postgres: what is refused, what readers may do and can see, what a fault leaves."""

import importlib
import itertools
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from fake_build import HOSTILE_TEXT, log_of_command, log_of_table
from small_disk import enlarge, small_disk

from also_bought.publishing.export import export
from also_bought.publishing.pseudonyms import SECRET_VARIABLE, Pseudonyms
from also_bought.publishing.publication import PublishDoubtError, PublishError
from also_bought.publishing.serving_file import ServingFileError
from also_bought.publishing.verification import VerificationError, verify

psycopg2 = pytest.importorskip("psycopg2", reason="make test-postgres installs it")
module = importlib.import_module("also_bought.publishing.postgres")
publish = module.publish
PublishedSchema = importlib.import_module("also_bought.publishing.published_schema").PublishedSchema
Server = importlib.import_module("postgres_server").Server

pytestmark = pytest.mark.skipif(
    "ALSO_BOUGHT_POSTGRES_PORT" not in os.environ, reason="no server is given: make test-postgres"
)
NUMBERS = itertools.count(1)


def server_url(database: str, user: str = "") -> str:
    port, owner = (os.environ[f"ALSO_BOUGHT_POSTGRES_{name}"] for name in ("PORT", "USER"))
    return f"postgresql://{user or owner}@127.0.0.1:{port}/{database}"


def run(url: str, statement: str) -> list[tuple]:
    """Run statements in a transaction of their own, and return the rows of the last."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@pytest.fixture
def url() -> str:
    """Return the address of a new database with one complete build, run id `run-1`."""
    name = f"shop_{os.getpid()}_{next(NUMBERS)}"
    connection = psycopg2.connect(server_url("postgres"))
    connection.autocommit = True
    connection.cursor().execute(f"create database {name}")
    connection.close()
    write_build(server_url(name), "run-1")
    return server_url(name)


def write_build(url: str, run_id: str, *, items: int = 50) -> None:
    """Add a build, and put tables in place of its tables, with the run id in each item's name."""
    keys = {
        "popular_items": ('["item_id"]', '["item_name"]'),
        "user_recommendations": ('["user_id", "list", "item_id"]', '["item_id", "user_id"]'),
        'Odd "quoted" name': ("[]", "[]"),
        "rejected_order_lines": ("[]", "[]"),
    }
    log = [
        log_of_table(
            "build_meta",
            "build_published",
            name,
            may_be_empty=name == "rejected_order_lines",
            primary_key=primary_key,
            looked_up_by=looked_up_by,
            group="bi" if name == "popular_items" else "app",
        )
        for name, (primary_key, looked_up_by) in keys.items()
    ]
    run(url, log_of_command("build_meta", run_id) + "".join(log))
    run(
        url,
        f"""
        create schema if not exists build_published;
        drop table if exists build_published.popular_items, build_published.user_recommendations,
            build_published."Odd ""quoted"" name", build_published.rejected_order_lines;
        create table build_published.popular_items as
        select i as item_id, '{run_id} item ' || i as item_name, 1.0::float8 / i as score
        from generate_series(1, {items}) as i;
        alter table build_published.popular_items alter item_id set not null;
        comment on table build_published.popular_items is 'One row per item; it''s "ranked".';
        comment on column build_published.popular_items.item_id is 'The item.';
        create table build_published.user_recommendations as
        select '{run_id}' as user_id, 'explore' as list, i::text as item_id
        from generate_series(1, {items}) as i;
        create table build_published."Odd ""quoted"" name" (
            "select" text, "Ünï" text[], sold_at timestamptz, amount numeric(18, 3)
        );
        create table build_published.rejected_order_lines (line_id text);
        """,
    )
    for text in HOSTILE_TEXT:
        if text is None or "\x00" not in text:
            connection = psycopg2.connect(url)
            with connection:
                connection.cursor().execute(
                    'insert into build_published."Odd ""quoted"" name"'
                    " values (%s, array[%s, null], '2024-03-31 01:30:00+00', 1.005)",
                    [text, text],
                )
            connection.close()


# Each run id that readers see, in any table, by column and by content: one statement.
ALL_RUN_IDS = """
    select run_id from also_bought.popular_items
    union select split_part(item_name, ' ', 1) from also_bought.popular_items
    union select run_id from also_bought.user_recommendations
    union select user_id from also_bought.user_recommendations
    union select run_id from also_bought."Odd ""quoted"" name"
    union select run_id from also_bought.publication
    """


def run_ids(url: str) -> set[str]:
    return {run_id for (run_id,) in run(url, ALL_RUN_IDS)}


def test_what_is_published_is_whole_and_carries_types_constraints_and_comments(url):
    publication = publish(url, "also_bought")
    assert run_ids(url) == {"run-1"}
    assert run(
        url,
        "select attname, format_type(atttypid, atttypmod), attnotnull,"
        " col_description(attrelid, attnum) from pg_attribute"
        " where attrelid = 'also_bought_bi.popular_items'::regclass and attnum > 0 order by attnum",
    ) == [
        ("item_id", "integer", True, "The item."),
        ("item_name", "text", False, None),
        ("score", "double precision", False, None),
        ("run_id", "text", True, "The dbt run that built this row."),
    ]
    for schema in ("also_bought", "also_bought_bi"):
        item = f"'{schema}.popular_items'::regclass"
        assert run(url, f"select obj_description({item}), col_description({item}, 1)") == [
            ('One row per item; it\'s "ranked".', "The item.")
        ]
    assert run(
        url,
        'select count(*) from (select * from build_published."Odd ""quoted"" name" except all'
        ' select "select", "Ünï", sold_at, amount from also_bought."Odd ""quoted"" name") as lost',
    ) == [(0,)]
    assert run(
        url, "select publication_number, run_id, table_name, row_count from also_bought.publication"
    ) == [(1, "run-1", table.name, table.row_count) for table in publication.tables]


def test_keys_are_pseudonyms_where_there_is_a_secret(url, monkeypatch):
    run(url, log_of_table("build_meta", "build_published", "persons", person_keys='["user_id"]'))
    run(
        url,
        "create table build_published.persons as select nullif('C' || i, 'C1')::varchar as user_id,"
        " i as number from generate_series(1, 50) as i",
    )
    publish(url, "also_bought")
    monkeypatch.setenv(SECRET_VARIABLE, "s" * 32)
    with pytest.raises(PublishError, match="keys of another secret, or plain ones"):
        publish(url, "also_bought")
    publish(url, "also_bought", has_new_keys=True)
    pseudonyms = Pseudonyms.from_environment()
    rows = run(url, "select number, user_id from also_bought.persons order by number")
    assert rows == [(1, None), *((i, pseudonyms.of(f"C{i}")) for i in range(2, 51))]
    assert publish(url, "also_bought").equals_previous


def test_the_next_publication_takes_the_place_of_the_last_and_says_what_changed(url):
    first = publish(url, "also_bought")
    assert not first.equals_previous
    again = publish(url, "also_bought")
    assert again.equals_previous
    assert again.publication_number == 2
    overlap = (
        "select list, user_count, row_count, shared_row_count, overlap"
        " from also_bought.list_overlap"
    )
    assert run(url, overlap) == [("explore", 1, 50, 50, 1.0)]
    write_build(url, "run-2", items=7)
    assert publish(url, "also_bought").publication_number == 3
    assert run_ids(url) == {"run-2"}
    assert run(url, "select count(*) from also_bought.popular_items") == [(7,)]
    assert run(url, overlap) == []


def test_any_change_of_what_is_published_is_found(url):
    publish(url, "also_bought")
    # A column that is new to a published table stands behind the others there.
    run(url, "alter table build_published.popular_items add column a_new_one integer default 5")
    publish(url, "also_bought")
    published = PublishedSchema(url, "also_bought")
    assert verify(published).publication_number == 2
    for change in (
        "popular_items set score = score + 1e-12 where item_id = 7",
        "popular_items set a_new_one = null where item_id = 7",
        "popular_items set run_id = 'another' where item_id = 7",
    ):
        run(url, f"update also_bought_bi.{change}")
        with pytest.raises(VerificationError, match="is not what was published"):
            verify(published)
        publish(url, "also_bought")
        verify(published)
    for change, back in (
        ("publication set row_count = row_count + 1", "publication set row_count = row_count - 1"),
        ("publication_history set value = value + 1", "publication_history set value = value - 1"),
    ):
        run(url, f"update also_bought_bi.{change}")
        with pytest.raises(VerificationError, match="is not what was published"):
            verify(published)
        with pytest.raises(PublishError, match="the seal is broken"):
            publish(url, "also_bought")
        run(url, f"update also_bought_bi.{back}")
        verify(published)


def test_a_table_that_is_no_more_goes(url):
    publish(url, "also_bought")
    write_build(url, "run-2")
    run(url, UNPUBLISHED)
    publish(url, "also_bought")
    assert run(url, "select to_regclass('also_bought.rejected_order_lines')") == [(None,)]
    write_build(url, "run-3")
    run(url, "delete from build_meta.also_bought_nodes where table_name = 'popular_items'")
    publish(url, "also_bought")
    for schema in ("also_bought", "also_bought_bi"):
        assert run(url, f"select to_regclass('{schema}.popular_items')") == [(None,)]


def indexes(url: str, table: str) -> list[str]:
    """Return the indexes of a published table as Postgres would create them."""
    found = run(
        url,
        "select indexdef from pg_indexes"
        f" where schemaname like 'also_bought%' and tablename = '{table}' order by indexname",
    )
    return [definition for (definition,) in found]


ITEM_INDEXES = [
    f"CREATE {index} ON also_bought_bi.popular_items USING btree ({column})"
    for index, column in (
        ("INDEX popular_items_item_name_idx", "item_name"),
        ("UNIQUE INDEX popular_items_pkey", "item_id"),
    )
]


def test_keys_indexes_and_statistics_come_with_the_first_publication_and_stay(url):
    for run_id in ("run-2", "run-3"):
        write_build(url, run_id, items=5_000)
        publish(url, "also_bought")
        assert indexes(url, "popular_items") == ITEM_INDEXES
        # The key is an index for its first column.
        assert len(indexes(url, "user_recommendations")) == 2
        for look_up in (
            "popular_items where item_id = 7",
            f"popular_items where item_name = '{run_id} item 7'",
            "user_recommendations where item_id = '7'",
        ):
            plan = str(run(url, f"explain select * from also_bought.{look_up}"))
            assert "Index Scan" in plan or "Bitmap Index Scan" in plan, plan
        assert run(
            url,
            "select reltuples from pg_class where oid = 'also_bought_bi.popular_items'::regclass",
        ) == [(5_000,)]
        assert run(
            url,
            "select relname from pg_constraint inner join pg_class on conrelid = pg_class.oid"
            " where contype = 'p' and relnamespace::regnamespace::text like 'also_b%' order by 1",
        ) == [
            ("attribute_permissions",),
            ("list_overlap",),
            ("popular_items",),
            ("publication",),
            ("publication_history",),
            ("user_recommendations",),
        ]


def test_the_history_of_publications_grows(url):
    history = "select * from also_bought.publication_history where publication_number = 1"
    kept = f"{history} order by subject, name, measure"
    publish(url, "also_bought")
    first = run(url, kept)
    write_build(url, "run-2", items=60)
    second = publish(url, "also_bought")
    assert run(url, kept) == first
    assert run(
        url,
        "select name, value from also_bought.publication_history"
        " where publication_number = 2 and measure = 'row_count' order by name",
    ) == [(table.name, table.row_count) for table in second.tables]
    assert {table.row_count for table in second.tables} >= {60}
    assert first


def test_a_key_is_added_to_what_was_published_without_one_and_can_become_another(url):
    keys = (
        "update build_meta.also_bought_nodes set primary_key = {},"
        " looked_up_by = {} where table_name = 'popular_items'"
    )
    run(url, keys.format("'[]'", "'[]'"))
    publish(url, "also_bought")
    assert indexes(url, "popular_items") == []
    write_build(url, "run-2")
    publish(url, "also_bought")
    assert indexes(url, "popular_items") == ITEM_INDEXES
    # The new key was nullable; the old one becomes so.
    run(url, "alter table build_published.popular_items alter item_id drop not null")
    run(url, keys.format("""'["item_name"]'""", "'[]'"))
    publish(url, "also_bought")
    assert indexes(url, "popular_items")[1].endswith("(item_name)")
    assert columns(url, "popular_items")["item_id"] == ("integer", False)
    # Without a key, what is there stays: it may be somebody else's.
    run(url, keys.format("'[]'", "'[]'"))
    publish(url, "also_bought")
    assert indexes(url, "popular_items")[1].endswith("(item_name)")


def columns(url: str, table: str) -> dict[str, tuple[str, bool]]:
    """Return type and NOT NULL of each column of a published table."""
    found = run(
        url,
        "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute"
        f" where attrelid = coalesce(to_regclass('also_bought_bi.{table}'),"
        f" to_regclass('also_bought.{table}')) and attnum > 0 and not attisdropped",
    )
    return {name: (data_type, is_required) for name, data_type, is_required in found}


def test_grants_views_and_indexes_of_others_survive_other_columns(url):
    publish(url, "also_bought")
    role = f"bi_{url.rpartition('/')[2]}"
    run(
        url,
        f"create role {role} login; create schema bi; grant usage on schema also_bought to {role};"
        f" grant select on also_bought.popular_items to {role};"
        " create view bi.names as select item_id, item_name from also_bought_bi.popular_items;"
        " create index by_hand on also_bought_bi.popular_items (score desc)",
    )
    changes = (
        "add category text not null default 'food', alter score type numeric(12, 3)",
        "add category text, add price numeric, alter score set not null",
        "add price numeric",
    )
    for number, change in enumerate(changes, start=2):
        write_build(url, f"run-{number}")
        run(url, f"alter table build_published.popular_items {change}")
        expected = run(url, "table build_published.popular_items order by item_id")
        publish(url, "also_bought")
        names = [
            name
            for (name,) in run(
                url,
                "select attname from pg_attribute where attnum > 0 and"
                " attrelid = 'build_published.popular_items'::regclass order by attnum",
            )
        ]
        assert set(columns(url, "popular_items")) == {*names, "run_id"}
        found = f"select {', '.join(names)} from also_bought.popular_items order by item_id"
        assert run(server_url(url.rpartition("/")[2], role), found) == expected
        assert run(url, "select item_name from bi.names where item_id = 1") == [
            (f"run-{number} item 1",)
        ]
        assert any("by_hand" in definition for definition in indexes(url, "popular_items"))
        # What the last publication had is no change to the next one.
        assert publish(url, "also_bought").equals_previous
    assert columns(url, "popular_items")["score"] == ("double precision", False)


UNPUBLISHED = """
    drop table build_published.rejected_order_lines;
    delete from build_meta.also_bought_nodes
    where table_name = 'rejected_order_lines'
    """
TAKEN_AWAY = {
    "view bi.scores depends on column score": (
        "alter table build_published.popular_items drop score"
    ),
    "rule _RETURN on view bi.scores depends on column": (
        "alter table build_published.popular_items alter score type numeric"
    ),
    "view bi.shown depends on view popular_items": (
        "alter table build_published.popular_items drop score"
    ),
    "view bi.lines depends on table": UNPUBLISHED,
}


@pytest.mark.parametrize("dependent", TAKEN_AWAY)
def test_what_a_view_of_others_reads_is_not_taken_away(url, dependent):
    publish(url, "also_bought")
    run(
        url,
        "create schema bi; create view bi.lines as"
        " select line_id from also_bought.rejected_order_lines;"
        + (
            "create view bi.shown as select item_id from also_bought.popular_items"
            if "shown" in dependent
            else "create view bi.scores as select score from also_bought_bi.popular_items"
        ),
    )
    # A new column is in nobody's way.
    run(url, "alter table build_published.popular_items add category text")
    publish(url, "also_bought")
    write_build(url, "run-2")
    run(url, "alter table build_published.popular_items add category text")
    run(url, TAKEN_AWAY[dependent])
    assert dependent in refusal_of_publish(url)
    assert run_ids(url) == {"run-1"}
    run(url, "drop schema bi cascade")
    publish(url, "also_bought")
    assert run_ids(url) == {"run-2"}


def test_readers_wait_only_for_a_table_that_is_altered_and_only_at_the_end(url, monkeypatch):
    publish(url, "also_bought")
    write_build(url, "run-2")
    run(url, "alter table build_published.popular_items add category text")
    copy_table = module.Postgres.copy_table
    waited = []

    def look_and_replace(database, table, *arguments):
        read = "set lock_timeout = '50ms'; select distinct run_id from also_bought.popular_items"
        assert run(url, read) == [("run-1",)]
        measured = copy_table(database, table, *arguments)
        if table.name == "popular_items":
            with pytest.raises(psycopg2.errors.LockNotAvailable):
                run(url, read)
        waited.append(table.name)
        return measured

    monkeypatch.setattr(module.Postgres, "copy_table", look_and_replace)
    publish(url, "also_bought")
    assert waited[-1] == "popular_items"
    assert len(waited) == 4


def test_a_connection_that_is_lost_at_the_commit_leaves_no_false_claim(url):
    publish(url, "also_bought")
    write_build(url, "run-2")
    run(
        url,
        "create function build_meta.end_me() returns trigger language plpgsql"
        " as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';"
        " create constraint trigger at_commit after insert on also_bought_bi.publication"
        " deferrable initially deferred for each row execute function build_meta.end_me()",
    )
    with pytest.raises(PublishDoubtError, match="not known whether this was published"):
        publish(url, "also_bought")
    assert run_ids(url) == {"run-1"}


VERDICTS = """
    create table build_published.recommendation_verdicts as
    select 'explore' as list, '{verdict}' as verdict, 'The list knows too much.' as sentence;
    """ + log_of_table("build_meta", "build_published", "recommendation_verdicts")
REFUSED = {
    "popular_items failed": "update build_meta.also_bought_results set status = 'failed'"
    " where node_id like '%popular_items'",
    "No build is recorded": "drop table build_meta.also_bought_nodes",
    "more than one dbt target": log_of_command("b_meta", "run-1"),
    "popular_items is missing": "drop table build_published.popular_items",
    "popular_items has no rows": "delete from build_published.popular_items",
    "A key of popular_items names the column shelf": (
        "update build_meta.also_bought_nodes"
        """ set looked_up_by = '["shelf"]' where table_name = 'popular_items'"""
    ),
    'duplicate key value violates unique constraint "popular_items_pkey"': (
        "insert into build_published.popular_items table build_published.popular_items"
    ),
    "has a column run_id": "alter table build_published.popular_items add run_id text",
    "The list explore is suspect. The list knows": VERDICTS.format(verdict="suspect: too good"),
    "Postgres stopped the publish: permission denied": "create role nobody_{name} login",
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_must_not_be_published_is_refused_in_few_words_and_changes_nothing(url, message):
    publish(url, "also_bought")
    write_build(url, "run-2")
    name = url.rpartition("/")[2]
    run(url, REFUSED[message].format(name=name))
    publisher = server_url(name, f"nobody_{name}") if "permission" in message else url
    with pytest.raises(PublishError) as refusal:
        publish(publisher, "also_bought")
    assert message in str(refusal.value)
    assert len(str(refusal.value).splitlines()) <= 5
    assert run_ids(url) == {"run-1"}


def test_the_schema_of_the_build_and_one_of_others_are_refused(url):
    run(url, "create schema sales; create table sales.tills ()")
    run(url, "create schema shop_bi; create table shop_bi.publication ()")
    for schema, message in {
        "sales": "holds what `also-bought publish` has not written",
        "shop": "schema shop_bi holds what `also-bought publish` has not written",
        "build_meta": "holds what",
        "build_published": "holds what",
    }.items():
        with pytest.raises(PublishError, match=message):
            publish(url, schema)
    run(url, "create table build_published.publication ()")


HISTORY = """
    drop table if exists build_published.recommendation_metrics;
    create table build_published.recommendation_metrics as
    select unnest(array[{entries}]) as entry_hash;
    """ + log_of_table("build_meta", "build_published", "recommendation_metrics")


def test_history_may_grow_and_not_be_rewritten(url):
    run(url, HISTORY.format(entries="'a', 'b'"))
    publish(url, "also_bought")
    write_build(url, "run-2")
    run(url, HISTORY.format(entries="'a', 'b', 'c'"))
    publish(url, "also_bought")
    write_build(url, "run-3")
    run(url, HISTORY.format(entries="'a', 'B', 'c', 'd'"))
    with pytest.raises(
        PublishError, match="1 published entries of recommendation_metrics are gone"
    ):
        publish(url, "also_bought")
    assert run_ids(url) == {"run-2"}


def test_one_publisher_at_a_time_and_a_new_build_waits_for_it(url, monkeypatch):
    copy_table = module.Postgres.copy_table
    refusals = []

    def try_another_and_a_build(*arguments):
        if not refusals:
            with pytest.raises(PublishError, match="Another publish to the schema also_bought is"):
                publish(url, "also_bought")
            refusals.append(1)
            with pytest.raises(psycopg2.errors.LockNotAvailable):
                run(url, "set lock_timeout = '100ms'; delete from build_meta.also_bought_builds")
        return copy_table(*arguments)

    monkeypatch.setattr(module.Postgres, "copy_table", try_another_and_a_build)
    publish(url, "also_bought")
    assert refusals
    assert run_ids(url) == {"run-1"}


def is_allowed(url: str, statement: str) -> bool:
    try:
        run(url, statement)
    except psycopg2.errors.InsufficientPrivilege:
        return False
    return True


def test_a_reader_may_select_what_is_published_and_nothing_else(url):
    name = url.rpartition("/")[2]
    for role in ("reader", "analyst", "stranger"):
        run(url, f"create role {role}_{name} login")
    publish(url, "also_bought", f"reader_{name}", bi_reader=f"analyst_{name}")
    write_build(url, "run-2")
    run(url, "alter table build_published.popular_items add category text")
    publish(url, "also_bought", f"reader_{name}", bi_reader=f"analyst_{name}")
    in_schemas = (
        "select format('%I.%I', nspname, relname), nspname from pg_class"
        " inner join pg_namespace on relnamespace = pg_namespace.oid"
        " where relkind in ('r', 'v') and nspname {} order by 1"
    )
    published = run(url, in_schemas.format("like 'also_bought%'"))
    private = run(url, in_schemas.format("like 'build%'"))
    # Five tables of figures, publishing's own included, are shown among those about persons.
    assert (len(published), len(private)) == (8 + 5, 7)
    statements = {
        "select": "select * from {} limit 1",
        "insert": "insert into {} default values",
        "update": "update {0} set {1} = {1}",
        "delete": "delete from {}",
        "truncate": "truncate {}",
        "drop": "drop table {}",
        "alter": "alter table {} add added text",
        "index": "create index on {} ({})",
    }
    seen = {"reader": "also_bought", "analyst": "also_bought_bi", "stranger": None}
    for role, schema_of_role in seen.items():
        login = server_url(name, f"{role}_{name}")
        for table, schema in published + private:
            [(column, kind)] = run(
                url,
                "select quote_ident(attname), relkind from pg_attribute inner join pg_class"
                f" on attrelid = pg_class.oid where attrelid = '{table}'::regclass and attnum = 1",
            )
            for action, statement in statements.items():
                if kind == "v" and action in ("truncate", "drop", "alter", "index"):
                    continue
                expected = schema == schema_of_role and action == "select"
                allowed = is_allowed(login, statement.format(table, column))
                assert allowed == expected, f"{role} {action} {table}"
        for schema in ("also_bought", "also_bought_bi", "build_published", "build_meta", "public"):
            assert not is_allowed(login, f"create table {schema}.mine ()"), f"{role} {schema}"


def leave_as_an_earlier_version(url: str) -> None:
    """Put all that is published in one schema."""
    for (table,) in run(url, "select tablename from pg_tables where schemaname = 'also_bought_bi'"):
        run(
            url,
            f"drop view also_bought.{table};"
            f" alter table also_bought_bi.{table} set schema also_bought",
        )
    run(url, "drop schema also_bought_bi; alter table also_bought.publication drop published_group")


def test_tables_of_an_earlier_version_move_with_all_that_others_made(url):
    publish(url, "also_bought")
    leave_as_an_earlier_version(url)
    name = url.rpartition("/")[2]
    run(
        url,
        f"create role all_{name} login; create role part_{name} login; create schema views;"
        f" grant usage on schema also_bought, views to all_{name}, part_{name};"
        f" grant select on also_bought.popular_items to all_{name};"
        f" grant select (item_name) on also_bought.popular_items to part_{name};"
        " grant select on also_bought.list_overlap to public;"
        " create view views.names as select item_name from also_bought.popular_items;"
        " create index by_hand on also_bought.popular_items (score desc)",
    )
    write_build(url, "run-2")
    assert publish(url, "also_bought").publication_number == 2
    assert run_ids(url) == {"run-2"}
    assert run(url, "select item_name from views.names limit 1") == [("run-2 item 1",)]
    assert any("by_hand" in definition for definition in indexes(url, "popular_items"))
    everything = server_url(name, f"all_{name}")
    one_column = server_url(name, f"part_{name}")
    assert is_allowed(everything, "select * from also_bought.popular_items")
    assert is_allowed(one_column, "select item_name from also_bought.popular_items")
    assert not is_allowed(one_column, "select score from also_bought.popular_items")
    assert is_allowed(one_column, "select * from also_bought.list_overlap")
    assert not is_allowed(everything, "select * from also_bought_bi.popular_items")
    assert publish(url, "also_bought").equals_previous


def test_a_table_whose_group_changes_is_seen_by_whom_the_new_one_is_for(url):
    name = url.rpartition("/")[2]
    reader, analyst = f"reader_{name}", f"analyst_{name}"
    run(url, f"create role {reader} login; create role {analyst} login; create schema views")
    run(url, f"grant usage, create on schema views to {analyst}")
    publish(url, "also_bought", reader, bi_reader=analyst)
    select = "select count(*) from {}.popular_items"
    run(
        server_url(name, analyst),
        f"create view views.items as {select.format('also_bought_bi')}",
    )
    for group in ("app", "bi", "app"):
        run(
            url,
            f"update build_meta.also_bought_nodes set published_group = '{group}'"
            " where table_name = 'popular_items'",
        )
        publish(url, "also_bought", reader, bi_reader=analyst)
        is_bi = group == "bi"
        assert is_allowed(server_url(name, reader), select.format("also_bought"))
        # What the analyst made of it counts nothing any more, and comes back.
        assert is_allowed(server_url(name, analyst), "table views.items") == is_bi
        assert run(url, "select to_regclass('also_bought_bi.popular_items') is not null") == [
            (is_bi,)
        ]


def test_ten_thousand_reads_during_twenty_publishes_see_one_run_each_and_never_fail(url):
    publish(url, "also_bought")
    published_all = threading.Event()
    seen, problems, counts = set(), [], []

    def read() -> None:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        count = 0
        try:
            with connection.cursor() as cursor:
                while count < 2500 or not published_all.is_set():
                    cursor.execute(ALL_RUN_IDS)
                    found = cursor.fetchall()
                    if len(found) != 1:
                        problems.append(found)
                    seen.update(found)
                    count += 1
        except psycopg2.Error as error:
            problems.append(error)
        finally:
            counts.append(count)
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(2, 22):
        write_build(url, f"run-{number}")
        publish(url, "also_bought")
    published_all.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert sum(counts) >= 10_000
    assert len(seen) >= 15


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server of the test's own, to break, with one publication."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        write_build(server.url, "run-1")
        publish(server.url, "also_bought")
        write_build(server.url, "run-2")
        yield server
        server.stop()


def refusal_of_publish(url: str) -> str:
    """Return the message of a publish that fails: few words, no traceback."""
    with pytest.raises(PublishError) as failure:
        publish(url, "also_bought")
    assert len(str(failure.value).splitlines()) <= 5
    return str(failure.value)


def interrupt_when_all_is_written_but_the_last(monkeypatch, interrupt) -> None:
    write_publication = module.Postgres.write_publication

    def interrupted(*arguments):
        interrupt(*arguments)
        write_publication(*arguments)

    monkeypatch.setattr(module.Postgres, "write_publication", interrupted)


def test_a_server_killed_in_the_middle_of_a_publish_has_the_last_one_whole(server, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_when_all_is_written_but_the_last(patch, lambda *_: server.kill())
        assert "Postgres stopped the publish: server closed" in refusal_of_publish(server.url)
        assert "Connection refused" in refusal_of_publish(server.url)
    server.start()
    assert run_ids(server.url) == {"run-1"}
    publish(server.url, "also_bought")
    assert run_ids(server.url) == {"run-2"}


def test_a_lost_connection_leaves_the_last_publication_and_holds_up_nobody(url, monkeypatch):
    publish(url, "also_bought")
    before = columns(url, "popular_items")
    write_build(url, "run-2")
    run(url, "alter table build_published.popular_items add category text")
    with monkeypatch.context() as patch:
        interrupt_when_all_is_written_but_the_last(
            patch,
            lambda database, *_: run(
                url, f"select pg_terminate_backend({database.connection.info.backend_pid})"
            ),
        )
        assert "server closed the connection" in refusal_of_publish(url)
    assert run_ids(url) == {"run-1"}
    assert columns(url, "popular_items") == before
    publish(url, "also_bought")
    assert run_ids(url) == {"run-2"}


@pytest.fixture
def full_server() -> Iterator[tuple[Server, Path]]:
    """Return a server and the disk of 32 MB on which its database lives."""
    with tempfile.TemporaryDirectory() as folder, small_disk("32m") as disk:
        server = Server(Path(folder), tablespace=disk)
        yield server, disk
        server.stop()


def test_a_full_disk_leaves_the_last_publication_and_the_next_build_can_be_published(full_server):
    server, disk = full_server
    url = server.url
    write_build(url, "run-1")
    publish(url, "also_bought")
    write_build(url, "run-2", items=170_000)
    assert "No space left on device" in refusal_of_publish(url)
    assert run_ids(url) == {"run-1"}
    enlarge(disk, "128m")
    write_build(url, "run-3")
    publish(url, "also_bought")
    assert run_ids(url) == {"run-3"}


def test_an_export_holds_what_is_published(url, tmp_path):
    publish(url, "also_bought")
    folder = export(PublishedSchema(url, "also_bought"), tmp_path / "app").folder
    rows = [
        json.loads(line)
        for line in (folder / "Odd %22quoted%22 name" / "all.jsonl").read_text("utf-8").splitlines()
    ]
    assert sorted(((row["select"], row["Ünï"][0]) for row in rows), key=str) == sorted(
        run(url, 'select "select", "Ünï"[1] from also_bought."Odd ""quoted"" name"'), key=str
    )
    assert {(row["sold_at"], row["amount"]) for row in rows} == {
        ("2024-03-31T01:30:00.000000Z", 1.005)
    }
    items = duckdb.sql(f"from '{folder}/popular_items/all.parquet'").fetchall()
    assert items == run(url, "select * from also_bought.popular_items order by item_id")
    schema = json.loads((folder / "popular_items" / "schema.json").read_text())
    assert schema["x-primary-key"] == ["item_id"]
    assert schema["description"] == """One row per item; it's "ranked"."""
    assert schema["properties"]["item_id"]["description"] == "The item."
    # A publication after it is another export, of the same schema.
    write_build(url, "run-2")
    publish(url, "also_bought")
    assert export(PublishedSchema(url, "also_bought"), tmp_path / "app").schema_version == "1.0"


def test_an_export_of_what_is_not_published_is_refused(url, tmp_path):
    for source in (
        PublishedSchema(url, "also_bought"),
        PublishedSchema(f"{url}_gone", "also_bought"),
    ):
        with pytest.raises(ServingFileError) as refusal:
            export(source, tmp_path / "app")
        assert len(str(refusal.value).splitlines()) <= 5
