"""The page: one HTML file that holds all it shows and asks nothing of anybody."""

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from also_bought.errors import ExplainedError
from also_bought.publishing.serving_file import Published, serving_file_of, serving_file_opened
from also_bought.publishing.swapping import (
    flush_to_disk,
    make_folder,
    only_writer,
    staging_folder,
)
from also_bought.report import charts
from also_bought.report.figures import ROWS_IN_A_TABLE, Figures, Row, read_figures
from also_bought.report.lookups import (
    Lookup,
    Shared,
    as_json,
    customers,
    products,
)
from also_bought.report.records import customer_records, product_records

# The page holds what the serving file holds, and warnings name ids even where no customer is shown.
REPORT_MODE = 0o640
FIRST_BYTES = b"<!doctype html>"
LARGEST_MEGABYTES = 20
# What is left beside it is for the customers.
PRODUCTS_SHARE = 0.4
# An address without a scheme is relative to the page.
SCHEMES_OF_DOCS = ("https", "http", "file", "")
OVER_PUBLICATIONS = {
    "kept_lines": "Order lines that count, of all sources",
    "rejected_lines": "Rejected order lines, of all sources",
    "build_seconds": "Seconds that all models took, one after the other",
}


class ReportError(ExplainedError):
    """The report is not written, and what was there before is as it was."""


@dataclass(frozen=True)
class Browsing:
    """Where a page finds what it looks up, as addresses relative to its own."""

    file: str
    """The published file."""
    engine: str
    """The folder of DuckDB-WASM, with a slash behind it."""


@dataclass(frozen=True)
class PageText:
    """A page that is not written yet."""

    html: str
    customers: Lookup
    products: Lookup


@dataclass(frozen=True)
class Report:
    """A report that was written."""

    file: Path
    byte_count: int
    customers: Lookup
    products: Lookup


def write_report(
    published: Published,
    report_file: Path,
    customer_count: int,
    largest_megabytes: float = LARGEST_MEGABYTES,
    docs: str | None = None,
) -> Report:
    """Write the report of a publication as one HTML file, in one swap.

    Parameters
    ----------
    published : pathlib.Path or PublishedElsewhere
        What `also-bought publish` wrote. It is only read.
    report_file : pathlib.Path
        The file to write or to replace; its folder is made when absent.
    customer_count : int
        How many customers it may show, at most.
    largest_megabytes : float
        Megabytes that customers and products may take in it. What is more is left out.
    docs : str, optional
        Where dbt's documentation is opened. Each table then links to what its columns mean.

    Returns
    -------
    Report
        What was written.

    Raises
    ------
    ReportError
        When the file to replace is no report, or cannot be written, or the documentation has no
        address that a link may have.
    ServingFileError
        When what was published cannot be read.
    """
    with (
        serving_file_of(published) as serving_file,
        serving_file_opened(serving_file) as connection,
    ):
        page = page_of(connection, customer_count, largest_megabytes, docs)
    return write_page(report_file, page)


def page_of(
    connection: duckdb.DuckDBPyConnection,
    shown: int | Browsing,
    largest_megabytes: float = LARGEST_MEGABYTES,
    docs: str | None = None,
) -> PageText:
    """Return the page of a serving file.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The serving file.
    shown : int or Browsing
        How many customers it may show, at most; or where it looks up any, and then shows none.
    largest_megabytes : float
        Megabytes that customers and products may take in it. What is more is left out.
    docs : str, optional
        Where dbt's documentation is opened.
    """
    if docs and urlsplit(docs).scheme not in SCHEMES_OF_DOCS:
        raise ReportError(
            f"A link cannot lead to {docs}.",
            "--docs",
            "name an address that begins with https:, http: or file:, or a place beside the page.",
        )
    limit = int(largest_megabytes * 1_000_000)
    shared = Shared()
    if isinstance(shown, Browsing):
        browsing, wanted, products_limit = shown, 0, 0
    else:
        browsing, wanted, products_limit = None, shown, int(limit * PRODUCTS_SHARE)
    figures = read_figures(connection, names_persons=wanted > 0)
    some_products = products(connection, shared, products_limit)
    some_customers = customers(connection, wanted, shared, limit - some_products.size)
    html = render(figures, some_customers, some_products, shared, largest_megabytes, browsing, docs)
    return PageText(html, some_customers, some_products)


def render(
    figures: Figures,
    some_customers: Lookup,
    some_products: Lookup,
    shared: Shared,
    largest_megabytes: float,
    browsing: Browsing | None,
    docs: str | None,
) -> str:
    """Return the page, in which all that comes from the shop is text and never markup."""
    environment = Environment(
        loader=PackageLoader("also_bought.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script, worker = (
        _template_text(environment, name) for name in ("style.css", "script.js", "look_up.js")
    )
    script_hash = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    comparisons, history, sentences = (
        _by(rows, "list") for rows in (figures.comparisons, figures.history, figures.sentences)
    )
    return environment.get_template("page.html").render(
        figures=figures,
        comparisons=comparisons,
        history=history,
        shown_publications=figures.publications[: -1 - ROWS_IN_A_TABLE : -1],
        names_of_lists=sorted({row["list"] for row in figures.why_not_shown}),
        why_not_shown=_by(figures.why_not_shown, "not_shown_because"),
        sentences=sentences,
        customers=some_customers,
        products=some_products,
        typical=[
            (shared.texts[user_id], shared.texts[words])
            for user_id, _, words in some_customers.records
            if words is not None
        ],
        linked_products={shared.texts[item_id] for item_id, *_ in some_products.records},
        charts={
            "intervals": _drawn(comparisons, charts.interval_chart),
            "history": _drawn(history, charts.history_chart),
            "fates": Markup(charts.fate_chart(figures.audit)),
            "publications": [
                Markup(charts.publication_chart(figures.publications, column, title))
                for column, title in OVER_PUBLICATIONS.items()
                if any(row[column] is not None for row in figures.publications)
            ],
            "periods": _drawn(_by(figures.lines_by_period, "order_source"), charts.period_chart),
        },
        fates=list(charts.FATES),
        check_states=Counter(row["state"] for row in figures.checks),
        fewest_points=charts.FEWEST_POINTS_OF_A_TREND,
        largest_megabytes=largest_megabytes,
        browsing=browsing,
        # A page of the documentation may have been open when the address was copied.
        docs=docs and urldefrag(docs).url,
        in_words=charts.in_words,
        number_text=_number_text,
        moment=_moment,
        records=as_json(
            {
                "texts": shared.texts,
                "cards": shared.cards,
                "customers": some_customers.records,
                "products": some_products.records,
                "browsing": browsing
                and {
                    "file": browsing.file,
                    "engine": browsing.engine,
                    "worker": worker,
                    "customer": customer_records("= $1"),
                    "product": product_records("= $1"),
                },
            }
        ),
        style=Markup(style),
        script=Markup(script),
        script_hash=f"sha256-{script_hash}",
    )


def _template_text(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _by(rows: list[Row], column: str) -> dict[str, list[Row]]:
    return {name: list(of_name) for name, of_name in groupby(rows, key=lambda row: row[column])}


def _drawn(rows: dict[str, list[Row]], draw: Callable[[list[Row]], str]) -> dict[str, Markup]:
    # Vega escapes the texts that it draws.
    return {name: Markup(draw(of_list)) for name, of_list in rows.items()}


def _number_text(value: float, digits: int, is_signed: bool) -> str:
    return f"{value:{'+' if is_signed else ''},.{digits}f}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def write_page(report_file: Path, page: PageText) -> Report:
    """Write a page beside its place and rename it: readers see a whole page or another."""
    # A link is followed, so that the file it points at is replaced and not the link.
    place = Path(os.path.realpath(report_file))
    is_busy = ReportError(
        "Another report is being written to this file.", report_file, "wait until it has ended."
    )
    try:
        refuse_other_file(place)
        make_folder(place.parent)
        with only_writer(place, is_busy), staging_folder(place) as staging:
            written = put_page(place, page, staging)
    except OSError as error:
        raise ReportError(
            f"The report cannot be written: {error.strerror or error}.",
            report_file,
            "check the folder, its permissions and the free space, or name another file with --to.",
        ) from error
    return replace(written, file=report_file)


def put_page(place: Path, page: PageText, staging: Path) -> Report:
    """Put a page in its place by one rename, from a private folder on the same disk."""
    beside = staging / place.name
    byte_count = beside.write_bytes(page.html.encode())
    beside.chmod(REPORT_MODE)
    flush_to_disk(beside)
    beside.replace(place)
    return Report(place, byte_count, page.customers, page.products)


def refuse_other_file(report_file: Path) -> None:
    """Refuse to replace a file that is no report."""
    if not report_file.exists():
        return
    with report_file.open("rb") as file:
        if file.read(len(FIRST_BYTES)) == FIRST_BYTES:
            return
    raise ReportError(
        "The file to replace is no report.",
        report_file,
        "move it away, or name another file with --to.",
    )
