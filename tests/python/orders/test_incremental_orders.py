"""Orders that are compared day by day are those of a build of all lines."""

import random

import pytest
from corpus import CUSTOMER, corpus_project
from dbt_project import IS_LONG, Project
from loading_shop import Shop, build, live, loading_project

DAYS = 6 if IS_LONG else 2
LONG = pytest.mark.skipif(not IS_LONG, reason="make test-long")
# A line is judged by the clock of its build, and by another in a build of all lines.
JUDGED_AT = {"compared_order_lines": "exclude (judged_at)"}
ANOTHER = "the code, a setting, an account or the clock is another"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project for the tests that change no code; each begins with a build of all lines."""
    return loading_project(tmp_path_factory.mktemp("loading"))


def begin(project: Project, shop: Shop, day: int = 1) -> None:
    """Build all lines of a shop."""
    shop.write(project)
    assert build(project, "--full-refresh", day=day) is None


def tables(project: Project) -> dict[str, list[tuple]]:
    """Return the rows of every stored table of the layer, in order."""
    names = project.rows(
        "select schema_name || '.' || table_name, table_name from duckdb_tables()"
        " where schema_name in ('main_orders', 'main_published')"
    )
    return {
        name: project.rows(f"select * {JUDGED_AT.get(name, '')} from {relation} order by all")
        for relation, name in names
    }


def test_days_of_chance_give_the_tables_of_all_lines(project):
    chance, shop = random.Random(20250401), Shop()
    live(shop, chance, 1)
    begin(project, shop)
    for day in range(2, 2 + DAYS):
        live(shop, chance, day)
        shop.write(project)
        read, received = build(project, day=day)
        assert 0 < read < received == sum(map(len, shop.lines.values()))
        refreshed = tables(project)
        assert build(project, "--full-refresh", day=day) is None
        of_all_lines = tables(project)
        assert refreshed.keys() == of_all_lines.keys()
        for name, rows in of_all_lines.items():
            assert refreshed[name] == rows, name


def small_shop() -> Shop:
    """Return a shop of an order in two tables, and of one that has a time of its own."""
    shop = Shop()
    for table in ("orders_final_final", "orders_v2"):
        shop.add(table, "2025-03-02 00:00:00", order_id="O1")
    shop.add("orders_final", "2025-03-02 00:00:00", order_id="O2", customer_id="C2")
    shop.add("orders_final", "2025-03-03 00:00:00", order_id="O3", customer_id="C2")
    return shop


def verdicts(project: Project) -> dict[str, str]:
    """Return what became of each line, by its row."""
    return dict(
        project.rows(
            "select source_row, coalesce(verdict_reason, verdict) from"
            " main_orders.order_line_verdicts"
        )
    )


def test_a_line_is_healed_by_time(project):
    shop = small_shop()
    ahead = shop.add(
        "orders_final", "2025-03-01 00:00:00", order_id="O4", ordered_at="2025-04-03 12:00:00"
    )
    changed = shop.add("orders_v2", "2025-03-01 00:00:00", updated_at="2025-04-03 12:00:00")
    begin(project, shop)
    assert verdicts(project)[ahead["row_id"]] == "ordered_after_as_of"
    assert verdicts(project)[changed["row_id"]] == "updated_after_as_of"
    # They, and the newest lines of each table.
    assert build(project, day=4) == (5, 6)
    assert verdicts(project)[ahead["row_id"]] == "kept"
    assert verdicts(project)[changed["row_id"]] == "kept"


def test_an_order_is_compared_anew_where_its_line_went_to_another(project):
    shop = small_shop()
    shop.add("orders_v2", "2025-03-03 00:00:00", order_id="O4", customer_id="C2")
    begin(project, shop)
    assert verdicts(project).items() >= {"1": "kept", "2": "same_line_again"}.items()
    shop.lines["orders_final_final"][0] |= {"order_id": "O5", "loaded_at": "2025-03-04 00:00:00"}
    shop.write(project)
    # It, and the newest lines of the other tables.
    assert build(project) == (3, 5)
    assert set(verdicts(project).values()) == {"kept"}


def test_who_stands_in_the_file_of_the_erased_is_in_no_line(project):
    shop = small_shop()
    begin(project, shop)
    assert set(verdicts(project).values()) == {"kept", "same_line_again"}
    # One of them is no customer, and has no row among the accounts.
    file = project.root / "erased_customers.csv"
    file.write_text('"customer_id"\n"C2\u200b "\n"nobody"\n', encoding="utf-8")
    build(project)
    # The tests after this one know nobody who is erased.
    file.unlink()
    found = verdicts(project)
    assert [found[line["row_id"]] for line in shop.lines["orders_final"]] == ["customer_erased"] * 2
    assert list(found.values()).count("kept") == 1
    assert project.rows("select 1 from main_orders.order_lines where customer_id = 'C2'") == []


def erase(shop: Shop) -> None:
    """Let a customer be forgotten."""
    shop.customers.append(CUSTOMER | {"customer_id": "C2", "is_erased": "yes"})


def merge(shop: Shop) -> None:
    """Merge a customer into another."""
    merged = CUSTOMER | {"customer_id": "C2", "merged_into_customer_id": "C"}
    shop.customers += [merged, CUSTOMER | {"customer_id": "C"}]


def drop_a_line(shop: Shop) -> None:
    """Break the promise: a row is gone."""
    del shop.lines["orders_v2"][0]


def load_late(shop: Shop) -> None:
    """Break the promise: a row comes with a time before that of others."""
    shop.add("orders_final", "2025-03-02 12:00:00", order_id="O6")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (erase, ANOTHER),
        (drop_a_line, "1 are gone from their source"),
        pytest.param(merge, ANOTHER, marks=LONG),
        pytest.param(load_late, "1 came with an earlier loaded_at than others before", marks=LONG),
    ],
)
def test_all_lines_are_read_where_more_than_lines_changed(project, change, reason):
    shop = small_shop()
    begin(project, shop)
    assert build(project) == (3, 4)
    change(shop)
    shop.write(project)
    assert build(project) is None
    assert f"All order lines are read: {reason}." in project.output.read_text()
    assert len(verdicts(project)) == sum(map(len, shop.lines.values()))


@LONG
def test_all_lines_are_read_where_the_clock_went_back(project):
    begin(project, small_shop(), day=2)
    assert build(project, day=1) is None
    assert ANOTHER in project.output.read_text()


@LONG
def test_all_lines_are_read_where_the_code_is_another(tmp_path):
    project = loading_project(tmp_path)
    begin(project, small_shop())
    project.edit(
        "macros/received_lines.sql", "parse_decimal('unit_price')", "parse_decimal('quantity')"
    )
    assert build(project) is None
    assert build(project) == (3, 4)
    model = project.root / "models" / "staging" / "stg_v2.sql"
    model.write_text(model.read_text() + "where source_row <> '2'\n")
    assert build(project) is None
    assert ANOTHER in project.output.read_text()
    assert "2" not in verdicts(project)


def test_a_source_without_the_promised_column_is_refused(tmp_path):
    project = corpus_project(tmp_path, incremental_orders=True)
    small_shop().write(project)
    output = project.dbt("run", "--select", "also_bought.orders", "corpus", succeeds=False)
    assert "The input model stg_final_final lacks: loaded_at" in output


def test_a_build_that_fails_leaves_the_lines_of_the_last(tmp_path):
    project = loading_project(tmp_path)
    path = "dbt_packages/also_bought/macros/neighbours/refreshed_table.sql"
    project.edit(path, "insert into {{ this }}", "insert into {{ this }}_not_there")
    shop = small_shop()
    begin(project, shop)
    before = tables(project)["compared_order_lines"]
    shop.add("orders_final", "2025-03-05 00:00:00", order_id="O7")
    shop.write(project)
    build(project, succeeds=False)
    assert "Failure in model compared_order_lines" in project.output.read_text()
    assert tables(project)["compared_order_lines"] == before
