"""The report in a real browser, with names that would harm it: `make test-report`."""

import functools
import http.server
import importlib.util
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from dbt_project import REPOSITORY
from small_publication import HOSTILE_NAMES, LINKS, small_rows, write_publication

from also_bought.report.browse import write_folder
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
HTTP_SERVER = REPOSITORY / "tests" / "node" / "node_modules" / ".bin" / "http-server"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where the report of the small shop lies."""
    folder = tmp_path_factory.mktemp("report")
    write_publication(folder / "serving.duckdb", small_rows())
    report = write_report(folder / "serving.duckdb", folder / "report.html", 9, docs="docs.html")
    return report.file.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@contextmanager
def opened(
    browser: Browser, address: str, is_own: Callable[[str], bool], **look: object
) -> Iterator[Page]:
    """Open a report; at the end, nothing was said on the console and nobody else was asked."""
    context = browser.new_context(**look)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    context.on("request", lambda asked: None if is_own(asked.url) else complaints.append(asked.url))
    page.goto(address)
    yield page
    title = page.title()
    context.close()
    assert complaints == []
    assert title == "Also Bought: publication 3"


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Return the opened report."""
    look = getattr(request, "param", None) or LOOKS["light"]
    with opened(browser, address, lambda url: url == address, **look) as page:
        yield page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which any customer of the small shop is looked up."""
    if not shutil.which("npm"):
        pytest.skip("no npm")
    folder = tmp_path_factory.mktemp("browsed")
    write_publication(folder / "serving.duckdb", small_rows())
    return write_folder(folder / "serving.duckdb", folder / "report").file.parent


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """Return the address of that folder, on the server that the documentation names."""
    process = subprocess.Popen(
        [HTTP_SERVER, folder, "-a", "127.0.0.1", "-c-1", "-p", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    found = None
    while not found:
        line = process.stdout.readline()
        assert line, "the server has ended"
        found = re.search(r"http://127\.0\.0\.1:\x1b\[\d+m(\d+)|http://127\.0\.0\.1:(\d+)", line)
    yield f"http://127.0.0.1:{found[1] or found[2]}/"
    process.terminate()
    process.wait()


@pytest.fixture
def browsed(browser: Browser, served: str) -> Iterator[Page]:
    """Return its opened page, which asks its own server alone."""
    own = (served, f"blob:{served}")
    with opened(browser, served, lambda url: url.startswith(own), **LOOKS["light"]) as page:
        yield page


def look_up(page: Page, user_id: str) -> str:
    """Return what the page shows of a customer, once it does."""
    page.evaluate("(hash) => { location.hash = hash; }", f"customer={quote(user_id, safe='')}")
    shown = page.locator("#customer-shown")
    shown.get_by_text(re.compile("^Customer|^There is no|server")).first.wait_for(timeout=60_000)
    return shown.text_content()


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
    outside = {address for address, _ in links if not address.startswith("#")}
    documented = {link for link in outside if link.startswith("docs.html#!/model/model.")}
    assert documented
    # Those of the shop that are addresses of the web, and no others.
    assert outside - documented == {LINKS[0]}
    links = [link for link in links if link[0] not in outside]
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


def test_any_customer_is_looked_up_in_the_published_file_whatever_the_name(browsed, page, address):
    assert look_up(browsed, "nobody <b>") == "There is no customer nobody <b> here."
    for user_id in ("U2", *HOSTILE_NAMES):
        page.goto(f"{address}#customer={quote(user_id, safe='')}")
        page.reload()
        # The page without a folder has the same words, but for what makes a customer typical.
        expected = page.locator("#customer-shown").text_content()
        browsed.locator("#customer-input").fill(user_id)
        browsed.locator("#customer-input").press("Enter")
        browsed.locator("#customer-shown h3").get_by_text(user_id, exact=False).wait_for()
        shown = browsed.locator("#customer-shown").text_content()
        assert shown == re.sub(", in the (middle )?third (by|with \\w+) past orders", "", expected)
        assert "because you bought" in shown


def test_any_product_is_looked_up_in_the_published_file(browsed, page, address):
    for item_id in ("P0", "P1", HOSTILE_NAMES[0]):
        hash_of_item = f"#product={quote(item_id, safe='')}"
        page.goto(address + hash_of_item)
        page.reload()
        expected = page.locator("#product-shown")
        browsed.evaluate("(hash) => { location.hash = hash; }", hash_of_item)
        shown = browsed.locator("#product-shown")
        shown.locator(".product").get_by_text(item_id, exact=True).wait_for(timeout=60_000)
        assert shown.inner_html() == expected.inner_html()
        assert ("shown to nobody, because: out of stock" in shown.text_content()) == (
            item_id == "P0"
        )


def test_the_page_of_a_folder_breaks_no_rule_of_accessibility(browsed):
    look_up(browsed, "U2")
    browsed.screenshot(path=PICTURES / "browsed.png", full_page=True)
    browsed.evaluate(_axe())
    found = browsed.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []


def test_the_published_file_is_read_by_parts(browser, served, folder):
    read = []
    context = browser.new_context()
    context.on("response", lambda answer: read.append(answer))
    page = context.new_page()
    page.goto(served)
    look_up(page, "U1")
    parts = [answer for answer in read if answer.url.endswith(".duckdb")]
    assert len(parts) > 3
    assert {answer.status for answer in parts} == {206}
    context.close()


def test_a_server_without_parts_and_a_file_that_is_gone_are_said(browser, served, folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        """Python's own server, which sends files whole."""

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        assert "sends files whole only" in look_up(page, "U1")
        server.shutdown()
    page.goto((folder / "index.html").as_uri())
    assert "open this page through a web server" in look_up(page, "U1")
    context.close()
