"""The report in a real browser, with names that would harm it: `make test-report`."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from dbt_project import REPOSITORY
from small_publication import HOSTILE_NAMES, small_rows, write_publication

from also_bought.report.page import write_report

if "ALSO_BOUGHT_TEST_BROWSER" not in os.environ:
    pytest.skip("needs a browser: make test-report", allow_module_level=True)

from playwright.sync_api import Browser, Page, sync_playwright

VIEWS = ("better", "customers", "products", "orders", "health")
# A computer by day and by night, and a telephone.
LOOKS = {
    "light": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 740}, "color_scheme": "light"},
}
PICTURES = REPOSITORY / "target" / "report"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where the report of the small shop lies."""
    folder = tmp_path_factory.mktemp("report")
    write_publication(folder / "serving.duckdb", small_rows())
    return write_report(folder / "serving.duckdb", folder / "report.html", 9).file.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return the opened report; at the end, nothing was said on the console and nobody asked."""
    context = browser.new_context(**(getattr(request, "param", None) or LOOKS["light"]))
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "request", lambda asked: complaints.append(asked.url) if asked.url != address else None
    )
    opened.goto(address)
    yield opened
    title = opened.title()
    context.close()
    assert complaints == []
    assert title == "Also Bought: publication 3"


@pytest.mark.parametrize(("look", "page"), LOOKS.items(), indirect=["page"])
def test_every_view_is_seen_and_no_rule_of_accessibility_broken(page, look):
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{look}.png", full_page=True)
    for view in VIEWS:
        page.locator(f"#{view}").screenshot(path=PICTURES / f"{look}-{view}.png")
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    for look_up in ("customer", "product"):
        assert page.locator(f"#{look_up}-shown").inner_text().strip()
    # Nothing is wider than the screen.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(_axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    assert len(found["passes"]) > 20


def _axe() -> str:
    [folder] = importlib.util.find_spec("axe_playwright_python").submodule_search_locations
    [script] = Path(folder).rglob("axe*.min.js")
    return script.read_text()


def test_every_link_leads_to_what_it_names(page):
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    links = page.evaluate(
        "[...document.links].map((link) => [link.getAttribute('href'), link.textContent])"
    )
    assert len(links) > 20
    for address, words in links:
        page.evaluate("(hash) => { location.hash = hash; }", address)
        kind = address[1:].partition("=")[0]
        if kind in ("customer", "product"):
            page.wait_for_function(
                "(kind) => document.getElementById(kind + '-shown').innerText", arg=kind
            )
            shown = page.locator(f"#{kind}-shown").text_content()
            assert "There is no" not in shown
            assert words in shown
        else:
            assert page.locator(address).count() == 1


@pytest.mark.parametrize("name", ["U2", *HOSTILE_NAMES])
def test_a_link_names_a_customer_whatever_the_name(page, address, name):
    page.goto(f"{address}#customer={quote(name, safe='')}")
    page.reload()
    assert name in page.locator("#customer-shown h3").text_content()
    assert page.locator("#customer-shown section").count() == 2
    assert "because you bought" in page.locator("#customer-shown").text_content()


def test_a_name_that_is_typed_is_looked_up_and_one_that_is_not_there_is_said(page):
    field = page.get_by_label("Customer", exact=True)
    for typed, said in (("U2", "Customer U2"), ("nobody <b>", "There is no customer nobody <b>")):
        field.fill(typed)
        field.press("Enter")
        page.wait_for_function(
            "(said) => document.getElementById('customer-shown').textContent.includes(said)",
            arg=said,
        )


def test_the_keyboard_reaches_the_views_and_every_chart_has_its_figures_in_a_table(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the report"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    for figure in page.locator("figure").all():
        assert figure.get_by_role("img").get_attribute("aria-label")
    for summary in page.locator("figcaption summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    assert page.locator("figcaption table:visible").count() == 4


@pytest.mark.parametrize(
    ("number", "page"),
    [
        ("1.206", LOOKS["light"] | {"locale": "de-DE"}),
        ("1\u202f206", LOOKS["light"] | {"locale": "fr-FR"}),
        ("1,206", LOOKS["light"] | {"locale": "en-GB"}),
    ],
    indirect=["page"],
)
def test_numbers_are_those_of_the_readers_language(page, number):
    assert number in page.locator("#better article").first.inner_text()


def test_what_is_printed_shows_the_tables_and_no_menus(page):
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.locator("nav").is_visible()
    assert page.locator("figcaption table").first.is_visible()
    page.pdf(path=PICTURES / "print.pdf")
    assert (PICTURES / "print.pdf").stat().st_size > 10_000
