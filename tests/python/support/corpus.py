"""The corpus of bad lines: its cases read from YAML, written as raw tables, built by dbt once."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import yaml
from dbt_project import REPOSITORY, Project, copy_repository

CASES_FILE = REPOSITORY / "integration_tests" / "corpus" / "lines.yml"
TABLES = {name: f"orders_{name}" for name in ("final_final", "final", "v2")}

# The columns of the raw tables, by what lines.yml calls them.
LINE_COLUMNS = {
    "order": "order_id",
    "line": "line_id",
    "customer": "customer_id",
    "product": "product_id",
    "quantity": "quantity",
    "price": "unit_price",
    "at": "ordered_at",
    "updated": "updated_at",
    "status": "status",
    "age": "age",
    "note": "note",
    "currency": "currency",
    "extract": "extract_id",
    "type": "line_type",
    "takes_from": "returned_order_id",
    "series": "order_series",
}
LINE = {"line": None, "quantity": "1", "price": "2.50", "at": "2025-03-01 12:00:00"} | {
    "updated": None,
    "status": "paid",
    "age": None,
    "note": None,
    "currency": None,
    "extract": None,
    "type": None,
    "takes_from": None,
    "series": None,
}
PRODUCT = {
    "product_id": None,
    "product_name": "A product",
    "category": "Things",
    "kind": "merchandise",
    "launched_on": None,
    "discontinued_on": None,
    "stock": "5",
    "blocked": "no",
    "sensitive": "no",
    "parent_product_id": None,
    "product_code": None,
    "code_valid_from": None,
    "code_valid_until": None,
}
CUSTOMER = {
    "customer_id": None,
    "account_type": "person",
    "merged_into_customer_id": None,
    "is_erased": "no",
    "has_consent": "yes",
    "email": None,
}
SCHEMAS = ["orders", "interactions", "neighbours", "candidates", "evaluation", "published"]


class AllText(yaml.SafeLoader):
    """Reads every scalar but null as text: '00123' and 2025-03-01 are what they look like."""


AllText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass
class Case:
    """One case: the raw rows, and what must become of the lines of each entry.

    `lines` holds the raw rows by table; `expected` pairs, for each entry of the case, its rows'
    source_row with the number of lines per outcome.
    """

    name: str
    says: str
    lines: dict[str, list[dict]] = field(default_factory=lambda: {t: [] for t in TABLES.values()})
    expected: list[tuple[list[str], Counter]] = field(default_factory=list)
    products: list[dict] = field(default_factory=list)
    customers: list[dict] = field(default_factory=list)
    warnings: set[str] = field(default_factory=set)
    holds: dict[str, str] = field(default_factory=dict)
    nowhere: list[str] = field(default_factory=list)

    @property
    def source_rows(self) -> list[str]:
        """Return the source_row of each line."""
        return [row for rows, _ in self.expected for row in rows]


def read_cases(text: str) -> list[Case]:
    """Read the cases of a YAML text; its first lines say what its keys mean."""
    return [read_case(name, given) for name, given in yaml.load(text, AllText).items()]


def read_case(name: str, given: dict) -> Case:
    """Read one case."""
    case = Case(name, given["says"])
    case.warnings = set(given.get("warnings", []))
    case.holds = given.get("holds", {})
    case.nowhere = given.get("nowhere", [])
    case.customers = [CUSTOMER | customer for customer in given.get("customers", [])]
    named = {product["product_id"] for product in given.get("products", [])}
    case.products = [PRODUCT | product for product in given.get("products", [])]
    absent = {*given.get("not_in_catalogue", []), *named, None}
    for entry in given["lines"]:
        add_lines(case, dict(entry))
    bought = (row["product_id"] for rows in case.lines.values() for row in rows)
    for product_id in dict.fromkeys(bought):
        if product_id not in absent:
            case.products.append(PRODUCT | {"product_id": product_id})
    return case


def add_lines(case: Case, entry: dict) -> None:
    """Add the lines of one entry: one, `times` of them, or one per value of a list."""
    table = TABLES[entry.pop("in", "final_final")]
    becomes = entry.pop("becomes")
    times = int(entry.pop("times", 1))
    lengths = {len(value) for value in entry.values() if isinstance(value, list)}
    assert len(lengths) <= 1, f"{case.name}: lists of different length"
    count = max(times, *lengths, 1)
    ids = {"order": "O", "customer": "C", "product": "P"}
    good = LINE | {key: f"{case.name}-{letter}" for key, letter in ids.items()}
    if lengths:
        good["order"] = f"{case.name}-O{len(case.expected)}" + "-{n}"
    source_rows = []
    for n in range(count):
        values = good | {
            key: value[n] if isinstance(value, list) else value for key, value in entry.items()
        }
        row = {LINE_COLUMNS[key]: filled_in(value, n) for key, value in values.items()}
        source_rows.append(f"{case.name}-{len(case.expected)}-{n}")
        case.lines[table].append(row | {"case_id": case.name, "row_id": source_rows[-1]})
    outcomes = becomes if isinstance(becomes, dict) else {becomes: count}
    counts = Counter({outcome: int(number) for outcome, number in outcomes.items()})
    case.expected.append((source_rows, counts))


def filled_in(value: str | None, n: int) -> str | None:
    """Put the number of the line, or as many characters as it says, in the place of {...}."""
    if value is None:
        return None
    length = re.fullmatch(r"\{(\d+) characters\}", value)
    return "x" * int(length[1]) if length else value.replace("{n}", str(n))


def corpus_project(root: Path, **variables: object) -> Project:
    """Copy the corpus' dbt project to `root`, with the package beside it, its vars changed."""
    copy_repository(root)
    project = Project(root / "integration_tests" / "corpus", "corpus.duckdb")
    settings = yaml.safe_load((project.root / "dbt_project.yml").read_text())
    settings["vars"] |= {f"also_bought__{name}": value for name, value in variables.items()}
    (project.root / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    project.dbt("deps")
    return project


def write_raw_tables(project: Project, cases: Iterable[Case]) -> None:
    """Write the raw tables of the cases to the build database, every value as it is."""
    cases = list(cases)
    columns = ["case_id", "row_id", *LINE_COLUMNS.values()]
    tables = {
        table: (columns, [row for case in cases for row in case.lines[table]])
        for table in TABLES.values()
    }
    tables["products"] = (list(PRODUCT), [row for case in cases for row in case.products])
    tables["customers"] = (list(CUSTOMER), [row for case in cases for row in case.customers])
    write_text_tables(project, tables)


def write_text_tables(project: Project, tables: dict[str, tuple[list[str], list[dict]]]) -> None:
    """Write tables of text to the schema `raw`: of each its columns and rows."""
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("create schema if not exists raw")
        for table, (names, rows) in tables.items():
            values = pa.table(
                {name: pa.array([row[name] for row in rows], pa.string()) for name in names}
            )
            connection.register("values_to_write", values)
            connection.execute(f"create or replace table raw.{table} as from values_to_write")


class Outcome:
    """The tables of a build, asked case by case."""

    def __init__(self, project: Project) -> None:
        self.connection = duckdb.connect(str(project.database), read_only=True)
        built = self.rows(
            "select distinct schema_name from duckdb_tables() where schema_name in ?",
            [[f"main_{schema}" for schema in SCHEMAS]],
        )
        self.schemas = [schema for (schema,) in built]
        self.connection.execute(f"set search_path = '{','.join(self.schemas)}'")
        self.outcomes = dict(
            self.rows(
                "select source_row, coalesce(verdict_reason, verdict) from order_line_verdicts"
            )
        )

    def rows(self, query: str, parameters: list | None = None) -> list[tuple]:
        """Return the rows of a query; the tables need no schema."""
        return self.connection.execute(query, parameters).fetchall()

    def holds(self, claim: str) -> bool:
        """Tell whether an SQL condition is true."""
        return self.rows(f"select {claim}") == [(True,)]

    def warnings(self, case: Case) -> set[str]:
        """Return the kinds of warning about the sources of a case."""
        return {
            warning
            for (warning,) in self.rows(
                "select warning from order_warnings where order_source like ? || ' %'", [case.name]
            )
        }

    def tables_with(self, text: str) -> list[str]:
        """Return the stored tables that hold a text in any column."""
        tables = self.rows(
            "select schema_name, table_name from duckdb_tables() where schema_name in ?",
            [self.schemas],
        )
        return [
            table
            for schema, table in tables
            if self.rows(
                f"select 1 from {schema}.{table} as t where t::text like ? limit 1", [f"%{text}%"]
            )
        ]
