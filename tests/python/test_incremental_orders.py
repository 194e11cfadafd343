"""Orders that are compared day by day are those of a build of all lines."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from corpus import CUSTOMER, LINE_COLUMNS, PRODUCT, TABLES, corpus_project
from dbt_project import IS_LONG, Project

# Shops that share nothing: what goes wrong in one is not hidden by another.
SHOPS = 400 if IS_LONG else 120
DAYS = 8 if IS_LONG else 2
READ = re.compile(r"(\d+) of (\d+) order lines to read, the others are known")
COLUMNS = ["case_id", "row_id", *LINE_COLUMNS.values(), "loaded_at"]
# A line is judged by the clock of its build, and by another in a build of all lines.
JUDGED_AT = {"compared_order_lines": "exclude (judged_at)"}
# They say when they were built.
ANOTHER = "the code, a setting, an account or the clock is another"
UNLIKE = {"also_bought_builds", "also_bought_published_relations"}


@dataclass
class Shop:
    """The raw tables of a day: rows by table, products and accounts."""

    lines: dict[str, list[dict]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    customers: list[dict] = field(default_factory=list)
    row_count: int = 0

    def add(self, table: str, loaded_at: str, **values: str | None) -> dict:
        """Add a row to a table."""
        self.row_count += 1
        row = dict.fromkeys(COLUMNS) | {"case_id": "S", "row_id": str(self.row_count)}
        row |= {"quantity": "1", "unit_price": "2.50", "ordered_at": "2025-03-01 12:00:00"}
        row |= {"status": "paid", "customer_id": "C", "product_id": "P1", "loaded_at": loaded_at}
        self.lines[table].append(row | values)
        return self.lines[table][-1]

    def write(self, project: Project) -> None:
        """Write the raw tables."""
        products = [PRODUCT | {"product_id": product} for product in ("P1", "P2")]
        tables = {table: (COLUMNS, rows) for table, rows in self.lines.items()}
        tables |= {"products": (list(PRODUCT), products)}
        tables |= {"customers": (list(CUSTOMER), self.customers)}
        with duckdb.connect(str(project.database)) as connection:
            connection.execute("create schema if not exists raw")
            for table, (names, rows) in tables.items():
                values = pa.table(
                    {name: pa.array([row[name] for row in rows], pa.string()) for name in names}
                )
                connection.register("values_to_write", values)
                connection.execute(f"create or replace table raw.{table} as from values_to_write")


def drawn_values(chance: random.Random, shop: int, day: int) -> dict[str, str | None]:
    """Draw a line of a small shop, in which most lines are sound and meet."""

    def one_of(usual: list[str | None], *seldom: str | None) -> str | None:
        return chance.choice(usual if chance.random() < 0.9 else list(seldom))

    return {
        "order_id": one_of([f"{shop}-A", f"{shop}-B", f"{shop}-C"], None),
        "customer_id": one_of([f"{shop}-C1"], f"{shop}-C2", None),
        "product_id": one_of(["P1", "P2"], "unknown"),
        "line_id": one_of(["1", "2"] if shop % 2 else [None], "3", None),
        "quantity": one_of(["1"], "2", "-1", "0", "x"),
        "ordered_at": one_of(["2025-03-01 12:00:00"], "soon", f"2025-04-0{day + 2} 10:00:00"),
        "updated_at": one_of([None], f"2025-04-0{day} 01:00:00"),
        "status": one_of(["paid"], "cancelled", "?"),
        "extract_id": one_of([None], f"day {day}"),
    }


def live(shop: Shop, chance: random.Random, day: int) -> None:
    """Let a day pass: lines come, some of them late, and known ones are corrected."""
    # The last load of a day goes on after its build: the next day brings more with the same time.
    loads = [f"2025-04-0{load} 02:00:00" for load in (day, day + 1)]
    for number in range(SHOPS):
        for _ in range(chance.randint(0, 6)):
            table = chance.choice(list(TABLES.values()))
            loaded_at = chance.choice([*loads, *loads, None])
            shop.add(table, loaded_at, **drawn_values(chance, number, day))
    known = [row for rows in shop.lines.values() for row in rows]
    for row in chance.sample(known, len(known) // 8):
        number = int((row["order_id"] or row["customer_id"] or "0-").split("-")[0])
        row |= drawn_values(chance, number, day) | {"loaded_at": loads[1]}


def loading_project(root: Path) -> Project:
    """Return the corpus' project, whose order tables say when a row was loaded."""
    # Of the lines of chance many are rejected.
    project = corpus_project(root, incremental_orders=True, max_rejected_share=1)
    project.edit(
        "macros/received_lines.sql",
        "        extract_id,\n",
        "        extract_id,\n        cast(loaded_at as timestamp) as loaded_at,\n",
    )
    return project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project for the tests that change no code; each begins with a build of all lines."""
    return loading_project(tmp_path_factory.mktemp("loading"))


def build(
    project: Project, *arguments: str, day: int = 1, succeeds: bool = True
) -> tuple[int, int] | None:
    """Build the orders layer; return how many of how many lines were read, or None for all."""
    output = project.dbt(
        *("run", "--select", "also_bought.orders", "corpus", *arguments),
        *("--vars", f"{{also_bought__as_of: '2025-04-0{day}'}}"),
        succeeds=succeeds,
    )
    found = READ.search(output)
    return (int(found[1]), int(found[2])) if found else None


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
        if name not in UNLIKE
    }


def compare_with_all_lines(project: Project, day: int) -> None:
    """Assert that the tables are those of a build of all lines."""
    refreshed = tables(project)
    assert build(project, "--full-refresh", day=day) is None
    whole = tables(project)
    assert refreshed.keys() == whole.keys()
    for name, rows in whole.items():
        assert refreshed[name] == rows, name


def test_days_of_chance_give_the_tables_of_all_lines(project):
    chance, shop = random.Random(20250401), Shop()
    live(shop, chance, 1)
    begin(project, shop)
    for day in range(2, 2 + DAYS):
        live(shop, chance, day)
        shop.write(project)
        read, received = build(project, day=day)
        assert 0 < read < received == sum(map(len, shop.lines.values()))
        compare_with_all_lines(project, day)


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
    begin(project, shop)
    assert verdicts(project)[ahead["row_id"]] == "ordered_at_out_of_range"
    # It and the newest line known.
    assert build(project, day=4)[1] == 5
    assert verdicts(project)[ahead["row_id"]] == "kept"


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
        (merge, ANOTHER),
        (drop_a_line, "1 are gone from their source"),
        (load_late, "1 came with an earlier loaded_at than others before"),
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


def test_all_lines_are_read_where_the_clock_went_back(project):
    begin(project, small_shop(), day=2)
    assert build(project, day=1) is None
    assert ANOTHER in project.output.read_text()


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
    path = "dbt_packages/also_bought/macros/refresh/refreshed_table.sql"
    project.edit(path, "insert into {{ this }}", "insert into {{ this }}_not_there")
    shop = small_shop()
    begin(project, shop)
    before = tables(project)["compared_order_lines"]
    shop.add("orders_final", "2025-03-05 00:00:00", order_id="O7")
    shop.write(project)
    build(project, succeeds=False)
    assert "Failure in model compared_order_lines" in project.output.read_text()
    assert tables(project)["compared_order_lines"] == before
