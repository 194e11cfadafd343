"""The report: its figures are those of SQL, and what comes from the shop stays text."""

import base64
import datetime
import errno
import hashlib
import json
import os
import re
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from small_publication import (
    BASELINES,
    CUT,
    HOSTILE_NAMES,
    LISTS,
    metric_row,
    published_columns,
    small_rows,
    write_publication,
)
from typer.testing import CliRunner

from also_bought.cli import app
from also_bought.report.charts import (
    STATES,
    history_chart,
    interval_chart,
    period_chart,
    publication_chart,
)
from also_bought.report.figures import read_figures
from also_bought.report.page import ReportError, write_report


class Page(HTMLParser):
    """A page, taken apart: its elements, the cells of its tables by caption, and its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._caption = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        self.elements.append((tag, dict(attributes)))
        if tag == "caption":
            self._caption = ""
        elif tag == "br":
            self.handle_data(" ")
        elif tag == "tr" and self._caption:
            self.tables.setdefault(self._caption, []).append([])
        elif tag in ("td", "th") and self._caption:
            self.tables[self._caption][-1].append("")
        elif tag == "table":
            self._caption = ""
        if tag not in ("meta", "br", "input", "link", "img"):
            self._open.append((tag, dict(attributes).get("id") or ""))

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "table":
            self._caption = ""

    def handle_data(self, data: str) -> None:
        """Keep a text where it belongs."""
        tags = [tag for tag, _ in self._open]
        if "script" in tags or "style" in tags:
            self.texts[self._open[-1][1] or tags[-1]] = data
        elif "caption" in tags:
            self._caption += data
        elif self._caption and self.tables.get(self._caption, [[]])[-1]:
            self.tables[self._caption][-1][-1] += data

    def rows(self, caption: str) -> list[list[str]]:
        """Return the rows of a table below its headings, with one space for any."""
        return [[" ".join(cell.split()) for cell in row] for row in self.tables[caption][1:]]


@pytest.fixture(scope="module")
def serving_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the serving file of the small shop."""
    file = tmp_path_factory.mktemp("serving") / "also_bought.duckdb"
    write_publication(file, small_rows())
    return file


@pytest.fixture(scope="module")
def html(serving_file: Path) -> str:
    """Return the report with all its customers."""
    return write_report(serving_file, serving_file.with_name("all.html"), 100).file.read_text()


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    """Return the same, taken apart."""
    return Page(html)


@pytest.fixture(scope="module")
def records(page: Page) -> dict[str, list]:
    """Return what the page looks up."""
    return json.loads(page.texts["records"])


def sql(serving_file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(serving_file), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("name", LISTS)
def test_each_baseline_has_the_figures_of_the_metrics(page, serving_file, name):
    shown = page.rows(f"NDCG of {name.replace('_', ' ')} against each baseline")
    expected = sql(
        serving_file,
        "select replace(replace(baseline, '_', ' '), 'random', 'chance'), mean, baseline_mean,"
        " difference, difference_low, difference_high from recommendation_metrics"
        f" where list = '{name}' and evaluated_ranks = 10 order by difference",
    )
    assert len(shown) == len(BASELINES)
    for row, (baseline, *figures) in zip(shown, expected, strict=True):
        assert row[0].startswith(baseline)
        found = [
            float(number.replace(",", ""))
            for number in re.findall(r"[-+]?\d\S*", " ".join(row[1:]))
        ]
        assert found[:5] == pytest.approx(figures)
        is_better, is_worse = figures[3] > 0, figures[4] < 0
        assert row[5].endswith("better" if is_better else "worse" if is_worse else "shown")


def test_the_best_baseline_is_the_verdicts(page):
    shown = page.rows("NDCG of for you against each baseline")
    assert [row[0] for row in shown if "(best)" in row[0]] == ["own frequency (best) something"]


def test_lines_received_are_those_of_the_audit(page, serving_file):
    expected = sql(
        serving_file,
        "select order_source, received_lines, kept_lines, duplicate_lines, superseded_lines,"
        " cancelled_lines, rejected_lines, later_lines from order_audit order by order_source",
    )
    assert page.rows("Received lines by order source") == [
        [" ".join(source.split()), *(f"{count:,}" for count in counts)]
        for source, *counts in expected
    ]
    assert [row[1:3] for row in page.rows("Can an order source go?")] == [
        ["1,234", "1"],
        ["0", "0"],
    ]


@pytest.mark.parametrize(
    ("only_here", "contradicting", "said"),
    [
        (1234, 9, "It cannot go: 1,234 of its lines stand nowhere else."),
        (0, 1, "It can go, and no line is lost. Look first at the lines that contradict"),
        (0, 0, "It can go: others have the same lines."),
    ],
)
def test_what_the_other_sources_have_says_whether_one_can_go(
    tmp_path, only_here, contradicting, said
):
    rows = small_rows()
    rows["order_audit"][1] |= {
        "lines_only_here": only_here,
        "contradicting_lines": contradicting,
    }
    write_publication(tmp_path / "serving.duckdb", rows)
    page = Page(write_report(tmp_path / "serving.duckdb", tmp_path / "r.html", 0).file.read_text())
    assert page.rows("Can an order source go?")[0][3].startswith(said)


def test_permitted_attributes_stand_with_the_verdicts(tmp_path, html):
    permission = {
        "attribute": "gender",
        "way": "people.gender > near.kind",
        "owner": "Ms <b>Aydin</b>",
        "reason": "The law asks for it.",
    }
    rows = small_rows() | {"attribute_permissions": [permission]}
    write_publication(tmp_path / "serving.duckdb", rows)
    said = write_report(tmp_path / "serving.duckdb", tmp_path / "r.html", 0).file.read_text()
    better = said.partition('<section id="better"')[2].partition("</section>")[0]
    assert "gender: Ms &lt;b&gt;Aydin&lt;/b&gt; answers for it. The law asks for it." in better
    assert "Attributes of people that may count" not in html


def test_lines_of_all_days_are_drawn_or_counted_beside(html, page, serving_file):
    drawn = [svg for svg in re.findall("<svg.*?</svg>", html, re.DOTALL) if "by day of" in svg]
    undated = sql(
        serving_file,
        "select sum(line_count) from daily_order_lines where ordered_on is null"
        " group by order_source order by order_source",
    )
    said = [set(re.findall(r"Not drawn: ([\d,]+) without a day", svg)) for svg in drawn]
    assert said == [{str(count)} for (count,) in undated]
    [[*_, lines, _, _, example]] = page.rows("Reasons of verdicts")
    [(total,)] = sql(
        serving_file,
        "select sum(line_count) from daily_order_lines where verdict_reason is not null",
    )
    assert lines == f"{total:,}"
    assert example == f"orders_v2 {HOSTILE_NAMES[1]}"


def test_totals_that_differ_from_finances_come_first_and_are_counted(html, page, serving_file):
    shown = page.rows("Totals as finance states them")
    expected = sql(
        serving_file,
        "select order_source, measure, stated, kept, difference, is_within_tolerance"
        " from control_total_differences"
        " order by is_within_tolerance, period_start desc, order_source limit 20",
    )
    assert [row[7].split()[-1] for row in shown] == ["differs"] * 2 + ["ok"] * 18
    for row, (source, measure, *figures, _) in zip(shown, expected, strict=True):
        assert row[0] == " ".join(source.split())
        assert row[3] == measure.replace("_", " ")
        assert [float(number.replace(",", "")) for number in row[4:7]] == figures
    assert "17.25" in shown[1][6]
    said = " ".join(re.sub("<.*?>", "", html).split())
    assert "2 of 24 totals differ by more than the tolerance. The first 20 are here" in said


def test_a_shop_without_control_totals_is_shown_none(tmp_path):
    rows = small_rows() | {"control_total_differences": []}
    write_publication(tmp_path / "serving.duckdb", rows)
    page = Page(write_report(tmp_path / "serving.duckdb", tmp_path / "r.html", 0).file.read_text())
    assert "Totals as finance states them" not in page.tables


def test_lines_of_a_period_are_as_high_as_they_are_many_and_stand_on_zero():
    months = [datetime.date(2025, month, 1) for month in (1, 2, 3, 4)]
    counts = {"kept": (30, 5, 60), "duplicate": (10, 20, 15), "rejected": (1, 2, 3)}
    drawn = period_chart(
        [
            {
                "order_source": "orders_v2",
                "period": "month",
                "period_start": start,
                "period_end": end,
                "verdict": fate,
                "line_count": counts[fate][place],
            }
            for fate in ("rejected", "kept", "duplicate")
            for place, (start, end) in enumerate(pairwise(months))
        ]
    )
    bars = re.findall(r'<path d="M([\d.]+),([\d.]+)h[\d.]+v([\d.]+)h-[^>]*--(\w+)\)', drawn)
    scales = {
        round(float(height) / count, 6)
        for fate, of_fate in counts.items()
        for count, height in zip(
            of_fate, (height for *_, height, name in bars if name == fate), strict=True
        )
    }
    assert len(scales) == 1
    floors = {float(top) + float(height) for _, top, height, name in bars if name == "kept"}
    assert floors == {130}


def test_every_publication_is_shown_with_its_figures_and_the_slowest_models(page):
    assert page.rows("Every publication") == [
        ["2", "2025-03-31 06:30 UTC", "4,000", "1,200", "80", "2", "15.0"],
        ["1", "2025-03-30 06:30 UTC", "2,000", "600", "40", "1", "7.5"],
    ]
    assert page.rows("Slowest models of the last build") == [
        ["candidates", "10.0"],
        [HOSTILE_NAMES[0], "5.0"],
    ]
    assert page.rows("Lists over the last publications") == [
        ["2", "for you", "50.0 %", "100.0 %", "\u2013"],
        ["1", "for you", "25.0 %", "50.0 %", "\u2013"],
    ]


def test_few_publications_show_no_trend_and_many_get_a_line_that_begins_at_zero():
    rows = [{"publication_number": number, "kept_lines": 1000 + number} for number in range(1, 6)]
    few, many = (publication_chart(some, "kept_lines", "kept") for some in (rows[:4], rows))
    assert "4 publications: no trend shown." in few
    assert "no trend" not in many
    assert few.count("mark-line") == 0 < many.count("mark-line")
    assert ">0<" in many


def test_products_are_counted_as_often_as_customers_are_shown_them(page, serving_file):
    counts = sql(
        serving_file, "select count(*) from user_recommendations group by item_id order by 1 desc"
    )
    assert [[row[1]] for row in page.rows("Shown most often")] == [[str(n)] for (n,) in counts]
    assert page.rows("Why products are shown to nobody") == [["out of stock", "1", "1"]]
    by_category = page.rows("Shown, by category")
    assert [row[1:5] for row in by_category] == sorted(
        ([str(n) for n in row] for row in sql(serving_file, BY_CATEGORY)),
        key=lambda row: -int(row[3]),
    )


# Counted from the rows of the lists, not from what the report reads.
BY_CATEGORY = """
    select
        count(distinct product_id),
        count(distinct item_id),
        count(distinct product_id) - count(distinct item_id),
        count(item_id)
    from products
    left join user_recommendations on product_id = item_id
    group by category
    """


def test_every_customer_is_there_with_every_row_and_reason(records, serving_file):
    text, cards = records["texts"], records["cards"]
    found = {
        (text[user], text[name], rank, text[cards[product][0]], text[reason], share)
        for user, lists, _ in records["customers"]
        for name, _, _, rows in lists
        for rank, (product, reasons) in enumerate(rows, 1)
        for reason, share in reasons
    }
    expected = sql(
        serving_file,
        "select user_id, list, rank, item_id, reason, case reason_rank when 1 then 75 else 25 end"
        " from recommendation_reasons",
    )
    assert found == set(expected)
    assert {
        (text[user], text[name], wanted, text[why])
        for user, lists, _ in records["customers"]
        for name, wanted, why, _ in lists
    } == set(
        sql(
            serving_file,
            "select user_id, list, wanted_rows, replace(shortfall_reason, '_', ' ')"
            " from user_recommendation_lists",
        )
    )


def test_every_product_is_there_with_what_goes_with_it(records, serving_file):
    text, cards = records["texts"], records["cards"]
    assert {
        (text[item], rank, text[cards[other][0]], text[reason])
        for item, *_, rows in records["products"]
        for rank, (other, reason) in enumerate(rows, 1)
    } == set(
        sql(
            serving_file,
            "select item_id, rank, recommended_item_id, reason from item_recommendations",
        )
    )


def test_a_card_has_what_the_catalogue_says_and_asks_nobody(records, serving_file):
    text = records["texts"]
    shown = {
        tuple(text[part] if isinstance(part, int) else part for part in card)
        for card in records["cards"]
    }
    assert shown == set(
        sql(
            serving_file,
            "select product_id, product_name, brand, category, price::double,"
            " case when image_url like 'data:%' then image_url end,"
            " case when product_url like 'https:%' then product_url end from products",
        )
    )
    assert not any(part.startswith("javascript:") for part in text)


def test_the_file_of_figures_makes_a_page_without_customers(tmp_path):
    rows = small_rows()
    write_publication(tmp_path / "figures.duckdb", rows)
    with duckdb.connect(str(tmp_path / "figures.duckdb")) as connection:
        for table in PERSONAL_TABLES:
            connection.execute(f"drop table {table}")
    written = write_report(tmp_path / "figures.duckdb", tmp_path / "r.html", 0)
    assert (len(written.customers.records), written.customers.total) == (0, 9)
    assert len(written.products.records) == 9


def test_what_the_shop_places_by_hand_is_shown_with_what_it_costs(tmp_path, html):
    caption = "What the shop places by hand"
    assert caption not in html
    effect = {
        "rule_id": HOSTILE_NAMES[0],
        "list": "explore",
        "kind": "pin",
        "owner": "Anna",
        "to_day": datetime.date(2025, 4, 30),
        "changed_user_count": 40,
        "verdict": "worse",
        "ndcg_difference": -0.05,
        "ndcg_low": -0.07,
        "ndcg_high": -0.03,
    }
    rows = small_rows() | {"merchandising_rule_effects": [effect]}
    write_publication(tmp_path / "figures.duckdb", rows)
    write_report(tmp_path / "figures.duckdb", tmp_path / "r.html", 0)
    page = (tmp_path / "r.html").read_text()
    assert caption in page
    assert "worse: -0.050 (-0.070 to -0.030)" in re.sub(r"<[^>]+>", "", page)
    assert f"<bdi>{HOSTILE_NAMES[0]}</bdi>" not in page


PERSONAL_TABLES = (
    "order_warnings",
    "user_recommendations",
    "user_recommendation_lists",
    "recommendation_reasons",
    "order_line_trail",
    "item_audiences",
)


def test_names_of_the_shop_are_text_and_never_markup(page, records):
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 2
    assert "img" not in tags
    assert not [name for _, attributes in page.elements for name in attributes if name[:2] == "on"]
    # Nothing of them is lost, either.
    assert set(HOSTILE_NAMES) <= set(records["texts"])


def test_the_page_may_run_its_own_script_alone_and_ask_nobody(html, page):
    [policy] = [
        attributes["content"]
        for tag, attributes in page.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    digest = hashlib.sha256(page.texts["script"].encode()).digest()
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
        f" script-src 'sha256-{base64.b64encode(digest).decode()}'"
    )
    addresses = [
        attributes[name]
        for _, attributes in page.elements
        for name in ("href", "src", "action", "srcset")
        if name in attributes
    ]
    assert addresses
    assert {address[0] for address in addresses} == {"#"}


def test_three_customers_are_the_middle_of_each_third(serving_file, tmp_path):
    written = write_report(serving_file, tmp_path / "three.html", 3)
    data = json.loads(Page(written.file.read_text()).texts["records"])
    # Of nine customers with 0 to 8 orders of each item.
    places = [4, 1, 7]
    users = [f"U{number}" for number in range(3)] + list(HOSTILE_NAMES)
    assert [data["texts"][record[0]] for record in data["customers"]] == [
        users[place] for place in places
    ]
    assert (len(written.customers.records), written.customers.total) == (3, 9)


def test_without_customers_nobody_is_named_and_nothing_called_private(tmp_path):
    rows = small_rows()
    write_publication(tmp_path / "serving.duckdb", rows)
    written = write_report(tmp_path / "serving.duckdb", tmp_path / "none.html", 0)
    found = written.file.read_text()
    assert "U1" not in found
    assert "Private" not in found
    assert "No customer is in this page." in found


def test_what_is_too_large_is_a_sample_and_says_so(serving_file, tmp_path):
    written = write_report(serving_file, tmp_path / "cut.html", 9, largest_megabytes=0.0025)
    assert written.customers.is_cut
    assert 0 < len(written.customers.records) < 9
    found = written.file.read_text()
    assert "a sample: with more it would be larger" in found
    taken = Page(found)
    size = len(taken.texts["records"].encode())
    assert size < 2_600
    # No link leads to a product that is left out.
    assert written.products.is_cut
    links = {element.get("href") or "" for _, element in taken.elements}
    assert sum(link.startswith("#product=") for link in links) <= len(written.products.records)
    # Of those that are left out nothing is there, not even an id.
    data = json.loads(taken.texts["records"])
    shown = {data["texts"][record[0]] for record in data["customers"]}
    assert not ({"U0", "U1", "U2"} - shown) & set(data["texts"])
    assert written.customers.size + written.products.size == pytest.approx(size, abs=100)


def test_the_file_is_private_and_the_same_whenever_it_is_made(serving_file, tmp_path, monkeypatch):
    first = write_report(serving_file, tmp_path / "a.html", 9).file
    assert first.stat().st_mode & 0o777 == 0o640
    assert "<strong>Private:</strong>" in first.read_text()
    assert (
        first.read_bytes() == write_report(serving_file, tmp_path / "b.html", 9).file.read_bytes()
    )


def test_a_report_that_cannot_be_written_leaves_the_last_one(serving_file, tmp_path, monkeypatch):
    file = tmp_path / "report.html"
    write_report(serving_file, file, 3)
    before = file.read_bytes()

    def full_disk(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ReportError, match="No space left"):
        write_report(serving_file, file, 9)
    assert file.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", ".report.html.lock"}


def test_a_file_that_is_no_report_is_not_replaced(serving_file):
    before = serving_file.read_bytes()
    with pytest.raises(ReportError, match="is no report"):
        write_report(serving_file, serving_file, 3)
    assert serving_file.read_bytes() == before


def test_a_link_is_followed(serving_file, tmp_path):
    (tmp_path / "link.html").symlink_to(tmp_path / "target.html")
    write_report(serving_file, tmp_path / "link.html", 3)
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "target.html").is_file()


def history(*series: str, suspect: int = 0) -> list[dict]:
    return [
        metric_row("explore", "top_sellers_week", 0.02)
        | {"evaluation_number": number, "series_key": key, "is_suspect": number == suspect}
        for number, key in enumerate(series, 1)
    ]


def test_few_points_show_no_trend_and_many_get_a_line():
    few, many = history_chart(history(*"aaaa")), history_chart(history(*"aaaaa"))
    assert "4 comparable evaluations: no trend shown." in few
    assert "no trend" not in many
    assert few.count("mark-line") == 0 < many.count("mark-line")


def test_a_changed_definition_breaks_the_line():
    drawn = history_chart(history(*"aaabbbbb"))
    assert drawn.count("definition changed") == 1
    assert "no trend" not in drawn
    # Those before the break do not count as points of the trend after it.
    assert "3 comparable evaluations: no trend shown." in history_chart(history(*"aaaaabbb"))
    # A definition that comes back is another run: nothing joins it to the first.
    drawn = history_chart(history(*"aaabaaaaa"))
    assert drawn.count("definition changed") == 2
    assert drawn.count("mark-line") == 3


def test_suspect_figures_are_drawn_as_suspect():
    assert "var(--suspect)" in history_chart(history(*"aaa", suspect=2))
    assert "var(--suspect)" not in history_chart(history(*"aaa"))


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_drawn_in_its_own_way(state):
    drawn = interval_chart([metric_row("explore", "own_frequency", 0.02) | {"state": state}])
    _, fill, stroke = STATES[state]
    assert f'fill="{fill}" stroke="{stroke}"' in drawn
    assert ('stroke-dasharray="3,3"' in drawn) == (state in list(STATES)[3:])


@pytest.mark.parametrize("sign", [1, -1])
def test_the_axis_begins_at_zero_and_points_lie_where_their_figures_are(sign):
    differences = [sign * value for value in (0.2, 0.3, 0.5)]
    rows = [
        metric_row("explore", f"b{number}", difference) | {"state": "better"}
        for number, difference in enumerate(differences)
    ]
    drawn = interval_chart(rows)
    [zero] = re.findall(r'translate\(([\d.]+),0\)" x2="0" y2="78" stroke="currentColor"', drawn)
    points = [
        float(place)
        for place in re.findall(r'<path transform="translate\(([\d.]+),[\d.]+\)" d="M\d', drawn)
    ]
    scales = {
        round((place - float(zero)) / difference)
        for place, difference in zip(points, differences, strict=True)
    }
    assert len(scales) == 1
    assert scales.pop() > 0


def test_what_is_measured_and_of_whom_is_in_the_image():
    drawn = interval_chart([metric_row("explore", "own_frequency", 0.02) | {"state": "better"}])
    words = " ".join(re.findall(r">([^<>]+)<", drawn))
    for said in (
        "NDCG@10",
        "95% interval",
        "own frequency",
        "1,206 users who bought",
        f"{CUT:%Y-%m-%d}",
    ):
        assert said in words


def test_a_list_without_comparison_has_its_verdict_and_no_chart(tmp_path):
    rows = small_rows()
    [verdict] = [row for row in rows["recommendation_verdicts"] if row["list"] == "explore"]
    verdict |= {
        "verdict": "not enough data",
        "sentence": "Not enough data: 0 of 9 users.",
        "ndcg_difference": None,
        "baseline_ndcg": None,
        "interval_low": None,
        "interval_high": None,
    }
    write_publication(tmp_path / "serving.duckdb", rows)
    with duckdb.connect(str(tmp_path / "serving.duckdb")) as connection:
        assert {
            row["list"] for row in read_figures(connection, names_persons=True).comparisons
        } == {"for_you"}
    found = write_report(tmp_path / "serving.duckdb", tmp_path / "r.html", 3).file.read_text()
    assert "Not enough data: 0 of 9 users." in found


def test_a_suspect_list_is_suspect_against_every_baseline(tmp_path):
    rows = small_rows()
    for verdict in rows["recommendation_verdicts"]:
        verdict["verdict"] = "suspect: too good"
    write_publication(tmp_path / "serving.duckdb", rows)
    with duckdb.connect(str(tmp_path / "serving.duckdb")) as connection:
        states = {row["state"] for row in read_figures(connection, names_persons=True).comparisons}
    assert states == {"suspect: too good"}


def test_each_table_links_to_its_columns_in_the_documentation(serving_file, tmp_path, html):
    docs = "https://example.com/docs/?a=1&b='2\"#!/overview"
    linked = Page(
        write_report(serving_file, tmp_path / "r.html", 1, docs=docs).file.read_text()
    ).elements
    before = "https://example.com/docs/?a=1&b='2\"#!/model/model.also_bought."
    links = [attributes["href"] or "" for tag, attributes in linked if tag == "a"]
    tables = {link.removeprefix(before) for link in links if link.startswith("https://example")}
    assert tables <= published_columns().keys()
    # What the page names without this address is what it links to with it.
    assert tables == set(re.findall("<code>([a-z]+(?:_[a-z]+)*)</code>", html)) - {
        "order_line_differences"
    }
    assert len(tables) > 15
    assert "/model/" not in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b"])
def test_the_documentation_has_an_address_that_a_link_may_have(serving_file, tmp_path, address):
    asked = ["report", "--from", str(serving_file), "--to", str(tmp_path / "r.html")]
    refused = CliRunner().invoke(app, [*asked, "--docs", address])
    assert refused.exit_code == 1
    assert len(refused.stderr.splitlines()) == 3
    assert address in refused.stderr
    assert not (tmp_path / "r.html").exists()


def test_the_command_says_what_it_wrote(serving_file, tmp_path):
    said = CliRunner().invoke(
        app, ["report", "--from", str(serving_file), "--to", str(tmp_path / "r.html")]
    )
    assert said.exit_code == 0, said.output
    assert "3 of 9 customers, 9 of 9 products" in said.output


@pytest.mark.parametrize("missing", ["altair", "vl_convert"])
def test_without_its_extra_the_command_says_how_to_get_it(serving_file, monkeypatch, missing):
    for name in [name for name in sys.modules if name.startswith("also_bought.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    said = CliRunner().invoke(app, ["report", "--from", str(serving_file)])
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        f"The report needs the module {missing}.",
        "Where: this installation of also-bought",
        "What to do: install it with its extra: pip install 'path/to/also_bought[report]'",
    ]


@pytest.mark.parametrize("spoil", ["absent", "a build", "older", "no file"])
def test_what_cannot_be_read_is_said_in_three_lines(spoil, tmp_path):
    file = tmp_path / "serving.duckdb"
    if spoil == "no file":
        file.write_text("no database")
    elif spoil != "absent":
        table = "also_bought_builds" if spoil == "a build" else "publication"
        with duckdb.connect(str(file)) as connection:
            connection.execute(f"create table {table} (x int)")
    said = CliRunner().invoke(
        app, ["report", "--from", str(file), "--to", str(tmp_path / "r.html")]
    )
    assert said.exit_code == 1
    assert len(said.output.splitlines()) == 3
    assert "What to do:" in said.output
    assert not (tmp_path / "r.html").exists()
