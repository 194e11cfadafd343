"""The corpus' project with raw tables of chance that say what was loaded when, day by day."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from corpus import (
    CUSTOMER,
    LINE_COLUMNS,
    PRODUCT,
    TABLES,
    corpus_project,
    write_text_tables,
)
from dbt_project import IS_LONG, Project

# Small shops that share nothing: what goes wrong in one is not hidden by another.
SHOPS = 400 if IS_LONG else 120
READ = re.compile(r"(\d+) of (\d+) order lines to read, the others are known")
COLUMNS = ["case_id", "row_id", *LINE_COLUMNS.values(), "loaded_at"]


@dataclass
class Shop:
    """The raw tables of a day: rows by table, products and accounts."""

    lines: dict[str, list[dict]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    customers: list[dict] = field(default_factory=list)
    row_count: int = 0

    def add(self, table: str, loaded_at: str | None, **values: str | None) -> dict:
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
        write_text_tables(project, tables)


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


def build(
    project: Project, *arguments: str, day: int = 1, succeeds: bool = True, **environment: str
) -> tuple[int, int] | None:
    """Build the orders layer; return how many of how many lines were read, or None for all."""
    output = project.dbt(
        *("run", "--select", "also_bought.orders", "corpus", *arguments),
        *("--vars", f"{{also_bought__as_of: '2025-04-0{day}'}}"),
        succeeds=succeeds,
        **environment,
    )
    found = READ.search(output)
    return (int(found[1]), int(found[2])) if found else None
