"""Keys of customers and orders are published under pseudonyms, where there is a secret."""

import hashlib
import hmac
from pathlib import Path

import duckdb
import pytest
from fake_build import HOSTILE_TEXT, log_of_command, log_of_table, read
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.publishing.duckdb_file import publish
from also_bought.publishing.pseudonyms import SECRET_VARIABLE, Pseudonyms
from also_bought.publishing.publication import PublishError

SECRET = "0123456789abcdef0123456789abcdef"
CUSTOMERS = [f"customer-{number}-of-the-shop" for number in range(40)]
TABLES = """
    create schema if not exists main_published;
    create or replace table main_published.user_recommendations as
    select unnest($customers) as user_id, 'explore' as list, 1 as rank, 'bread' as item_id;
    create or replace table main_published.trail as
    select unnest($customers) as customer_id, 'order of ' || unnest($customers) as order_id,
        nullif(unnest($customers), $customers[1]) as survivor_id;
    create or replace table main_published.popular_items as select 'bread' as item_id;
    comment on column main_published.trail.order_id is 'The order.';
"""


def write_build(database: Path, trail_keys: str, customers: list[str] = CUSTOMERS) -> None:
    """Write a build with two tables about persons and one about none."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            log_of_command("main_meta", "run-1")
            + log_of_table(
                "main_meta",
                "main_published",
                "user_recommendations",
                primary_key='["user_id", "list", "rank"]',
                person_keys='["user_id"]',
            )
            + log_of_table("main_meta", "main_published", "trail", person_keys=trail_keys)
            + log_of_table("main_meta", "main_published", "popular_items", group="bi")
        )
        for statement in TABLES.split(";")[:-1]:
            used = {"customers": customers} if "$customers" in statement else {}
            connection.execute(statement, used)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a build database of which each table says where its keys are."""
    path = tmp_path / "build.duckdb"
    write_build(path, '["customer_id", "order_id", "survivor_id"]')
    return path


def expected(key: str, secret: str = SECRET) -> str:
    """Return the pseudonym of a key as any application makes it."""
    return hmac.new(secret.encode(), key.encode(), hashlib.sha256).hexdigest()[:32]


def bytes_below(folder: Path) -> bytes:
    """Return what all files of a folder hold."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_keys_are_pseudonyms_that_an_application_can_make(database, serving_file, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    publish(database, serving_file)
    ids = "select user_id from user_recommendations"
    assert {key for (key,) in read(serving_file, ids)} == set(map(expected, CUSTOMERS))
    rows = read(serving_file, "select customer_id, order_id, survivor_id from trail")
    assert set(rows) == {
        (
            expected(customer),
            expected(f"order of {customer}"),
            None if customer == CUSTOMERS[0] else expected(customer),
        )
        for customer in CUSTOMERS
    }
    monkeypatch.delenv(SECRET_VARIABLE)
    refused = CliRunner().invoke(app, ["pseudonym", CUSTOMERS[3]])
    assert (refused.exit_code, refused.stderr[:27]) == (1, "There is no secret to make ")
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    printed = CliRunner().invoke(app, ["pseudonym", CUSTOMERS[3], "a, b"]).stdout
    assert printed == f'{CUSTOMERS[3]},{expected(CUSTOMERS[3])}\n"a, b",{expected("a, b")}\n'


def test_neither_key_nor_secret_is_anywhere_near_what_is_published(
    database, serving_file, monkeypatch
):
    publish(database, serving_file)
    assert b"of-the-shop" in bytes_below(serving_file.parent)
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    publish(database, serving_file, has_new_keys=True)
    found = bytes_below(serving_file.parent)
    assert b"of-the-shop" not in found
    assert SECRET.encode() not in found
    assert SECRET not in repr(Pseudonyms.from_environment())


def test_rows_lie_in_the_order_of_their_pseudonyms(database, serving_file, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    publish(database, serving_file)
    ids = [key for (key,) in read(serving_file, "select user_id from user_recommendations")]
    assert ids == sorted(ids)


def test_each_text_has_a_pseudonym(tmp_path, serving_file, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    texts = [text for text in HOSTILE_TEXT if text is not None]
    write_build(tmp_path / "hostile.duckdb", '["customer_id", "order_id", "survivor_id"]', texts)
    publish(tmp_path / "hostile.duckdb", serving_file)
    ids = {key for (key,) in read(serving_file, "select user_id from user_recommendations")}
    assert ids == set(map(expected, texts))


@pytest.mark.parametrize("secrets", [(SECRET, None), (SECRET, SECRET[::-1]), (None, SECRET)])
def test_other_keys_than_before_must_be_wanted(database, serving_file, monkeypatch, secrets):
    for secret in secrets:
        if secret is None:
            monkeypatch.delenv(SECRET_VARIABLE, raising=False)
        else:
            monkeypatch.setenv(SECRET_VARIABLE, secret)
        if secret == secrets[0]:
            publish(database, serving_file)
    before = serving_file.read_bytes()
    with pytest.raises(PublishError, match="keys of another secret, or plain ones") as refusal:
        publish(database, serving_file)
    assert len(str(refusal.value).splitlines()) == 3
    assert serving_file.read_bytes() == before

    publish(database, serving_file, has_new_keys=True)
    made = expected(CUSTOMERS[0], secrets[1]) if secrets[1] else CUSTOMERS[0]
    ids = {key for (key,) in read(serving_file, "select user_id from user_recommendations")}
    assert made in ids
    # Whoever has both sets could tell by equal lists which key is whose.
    publications = serving_file.with_name(f"{serving_file.name}.publications")
    assert len(list(publications.glob("[0-9]*"))) == 1
    assert publish(database, serving_file).equals_previous


def test_a_table_that_does_not_say_where_its_keys_are_is_not_published(
    database, serving_file, monkeypatch
):
    write_build(database, "null")
    publish(database, serving_file)
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    with pytest.raises(PublishError, match="The table trail does not say which columns"):
        publish(database, serving_file, has_new_keys=True)


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_can_be_guessed_is_refused(database, serving_file, monkeypatch, secret):
    monkeypatch.setenv(SECRET_VARIABLE, secret)
    with pytest.raises(PublishError, match="fewer than 32 characters"):
        publish(database, serving_file)
    assert not serving_file.exists()
