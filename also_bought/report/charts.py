"""Charts as SVG, made while the page is: each says what it shows, of whom, and begins at zero."""

import textwrap
from itertools import groupby, pairwise
from typing import Any

import altair as alt
import vl_convert

from also_bought.report.figures import Row

# As wide as a telephone, so that no letter is shrunk there.
WIDTH = 340
LETTERS_A_LINE = 52
FEWEST_POINTS_OF_A_TREND = 5

# A state differs in shape as well, for those who see no colours. The page defines the colours.
STATES = {
    "better": ("circle", "var(--better)", "var(--better)"),
    "worse": ("diamond", "var(--worse)", "var(--worse)"),
    "no difference shown": ("circle", "var(--card)", "var(--unsure)"),
    "not enough data": ("square", "var(--card)", "var(--unsure)"),
    "nobody buys again": ("square", "var(--card)", "var(--unsure)"),
    "suspect: too good": ("cross", "var(--card)", "var(--suspect)"),
}
FATES = {
    "kept": "var(--kept)",
    "duplicate": "var(--duplicate)",
    "superseded": "var(--superseded)",
    "cancelled": "var(--cancelled)",
    "rejected": "var(--rejected)",
    "later": "var(--later)",
}


def in_words(name: str) -> str:
    """Return a recommender's or list's name as people read it."""
    return "chance" if name == "random" else name.replace("_", " ")


def interval_chart(comparisons: list[Row]) -> str:
    """Return one list's differences from every baseline, with their intervals.

    Parameters
    ----------
    comparisons : list of Row
        Rows of `Figures.comparisons` of one list, at least one.

    Returns
    -------
    str
        An SVG element.
    """
    first = comparisons[0]
    rows = [
        {
            "baseline": in_words(row["baseline"]),
            "difference": row["difference"],
            "low": row["difference_low"],
            "high": row["difference_high"],
            "state": row["state"],
        }
        for row in comparisons
    ]
    y = alt.Y(
        "baseline:N", sort=[row["baseline"] for row in rows], title=None, axis=alt.Axis(grid=True)
    )
    x_title = "better than the baseline, where right of zero"
    base = alt.Chart(alt.InlineData(rows)).encode(y=y)
    stroke = alt.Stroke("state:N", scale=_scale(2), legend=None)
    chart = alt.layer(
        _zero("x"),
        base.mark_rule(strokeWidth=2).encode(
            x=alt.X(
                "low:Q",
                title=x_title,
                scale=alt.Scale(zero=True),
                axis=alt.Axis(tickCount=5, labelOverlap=True),
            ),
            x2="high:Q",
            stroke=stroke,
            strokeDash=alt.StrokeDash(
                "state:N",
                scale=alt.Scale(domain=list(STATES), range=[[1, 0]] * 3 + [[3, 3]] * 3),
                legend=None,
            ),
        ),
        base.mark_point(size=70, strokeWidth=2, opacity=1).encode(
            x="difference:Q",
            stroke=stroke,
            fill=alt.Fill("state:N", scale=_scale(1), legend=None),
            shape=alt.Shape("state:N", scale=_scale(0), legend=None),
        ),
    ).resolve_scale(color="independent")
    return _svg(chart, _title(first, "each baseline"), _subtitle(first), height=26 * len(rows))


def history_chart(history: list[Row]) -> str:
    """Return one list's differences from its best baseline at every evaluation.

    A line joins points of one series only. Where the series changes, a rule says that the
    definition did. Few points get no line, and the chart says that they show no trend.

    Parameters
    ----------
    history : list of Row
        Rows of `Figures.history` of one list, at least one.

    Returns
    -------
    str
        An SVG element.
    """
    last = history[-1]
    runs = groupby(history, key=lambda row: row["series_key"])
    rows = [
        {
            "evaluation": row["evaluation_number"],
            "difference": row["difference"],
            "low": row["difference_low"],
            "high": row["difference_high"],
            "run": run,
            "is_suspect": row["is_suspect"],
        }
        for run, (_, of_run) in enumerate(runs)
        for row in of_run
    ]
    x = alt.X(
        "evaluation:Q",
        title="evaluation",
        axis=alt.Axis(values=_ticks([row["evaluation"] for row in rows]), format="d", grid=False),
        scale=alt.Scale(
            domain=[rows[0]["evaluation"] - 0.5, rows[-1]["evaluation"] + 0.5], nice=False
        ),
    )
    y = alt.Y("difference:Q", title=None, scale=alt.Scale(zero=True))
    colour = _by_suspicion(alt.Color, "var(--line)", "var(--suspect)")
    base = alt.Chart(alt.InlineData(rows)).encode(x=x)
    layers = [
        _zero("y"),
        base.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q"), y2="high:Q", color=colour),
        base.mark_point(size=50, filled=True, opacity=1).encode(
            y=y, color=colour, shape=_by_suspicion(alt.Shape, "circle", "cross")
        ),
    ]
    if shows_trend(history):
        layers.insert(
            1, base.mark_line(color="var(--line)", strokeWidth=1).encode(y=y, detail="run:N")
        )
    breaks = [
        {"at": after["evaluation"] - 0.5, "words": "definition changed"}
        for before, after in pairwise(rows)
        if before["run"] != after["run"]
    ]
    if breaks:
        of_breaks = alt.Chart(alt.InlineData(breaks)).encode(x=alt.X("at:Q"))
        layers += [
            of_breaks.mark_rule(strokeDash=[4, 3], color="var(--worse)"),
            of_breaks.mark_text(
                align="left", dx=4, dy=-3, baseline="bottom", color="var(--worse)"
            ).encode(text="words:N", y=alt.value(0)),
        ]
    remark = []
    if not shows_trend(history):
        many = len(_since_break(history))
        remark = [f"{many} comparable evaluation{'' if many == 1 else 's'}: no trend shown."]
    return _svg(
        alt.layer(*layers),
        _title(last, in_words(last["baseline"])),
        remark + _subtitle(last),
        height=110,
    )


def shows_trend(history: list[Row]) -> bool:
    """Return whether the points since the last break are enough for a line through them."""
    return len(_since_break(history)) >= FEWEST_POINTS_OF_A_TREND


def _since_break(history: list[Row]) -> list[Row]:
    return [list(run) for _, run in groupby(history, key=lambda row: row["series_key"])][-1]


def fate_chart(audit: list[Row]) -> str:
    """Return what became of the received lines of each order source.

    Parameters
    ----------
    audit : list of Row
        Rows of `Figures.audit`, at least one.

    Returns
    -------
    str
        An SVG element.
    """
    rows = [
        {"source": row["order_source"], "fate": fate, "turn": turn, "lines": row[f"{fate}_lines"]}
        for row in audit
        for turn, fate in enumerate(FATES)
    ]
    chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_bar(stroke="var(--card)", strokeWidth=1)
        .encode(
            y=alt.Y("source:N", sort=None, title=None),
            x=alt.X(
                "lines:Q",
                title="received order lines",
                stack="zero",
                axis=alt.Axis(format=",d", tickCount=4),
            ),
            fill=alt.Fill("fate:N", scale=_fate_scale(), legend=_fate_legend()),
            order="turn:Q",
        )
    )
    return _svg(chart, "What became of each received line", [], height=34 * len(audit))


def period_chart(lines: list[Row]) -> str:
    """Return what became of the lines of one order source, by the days of their orders.

    Parameters
    ----------
    lines : list of Row
        Rows of `Figures.lines_by_period` of one order source, at least one.

    Returns
    -------
    str
        An SVG element. It says how many lines have no place in it.
    """
    first = lines[0]
    turns = list(FATES)
    rows: list[Row] = []
    drawn = [row for row in lines if row["period_start"] is not None]
    for row in sorted(drawn, key=lambda row: (row["period_start"], turns.index(row["verdict"]))):
        start = row["period_start"].isoformat()
        is_above = bool(rows) and rows[-1]["start"] == start
        low = rows[-1]["high"] if is_above else 0
        rows.append(
            {
                "start": start,
                "end": row["period_end"].isoformat(),
                "fate": row["verdict"],
                "low": low,
                "high": low + row["line_count"],
            }
        )
    undrawn = sum(row["line_count"] for row in lines if row["period_start"] is None)
    chart = (
        alt.Chart(alt.InlineData(rows))
        .mark_rect()
        .encode(
            x=alt.X(
                "start:T",
                title=f"by {first['period']} of the order, UTC",
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(grid=False, tickCount=5, labelOverlap=True),
            ),
            x2="end:T",
            y=alt.Y(
                "low:Q",
                title=None,
                scale=alt.Scale(zero=True),
                axis=alt.Axis(format=",d", tickCount=4),
            ),
            y2="high:Q",
            fill=alt.Fill("fate:N", scale=_fate_scale(), legend=_fate_legend()),
        )
    )
    remark = f"Not drawn: {undrawn:,} without a day, or beyond those of kept lines."
    return _svg(
        chart,
        f"{first['order_source']}: received order lines",
        [remark] if undrawn else [],
        height=130,
    )


def publication_chart(publications: list[Row], column: str, title: str) -> str:
    """Return a figure of every publication so far; few are points and no trend.

    Parameters
    ----------
    publications : list of Row
        Rows of `Figures.publications`, at least one with the figure.
    column : str
        The column that is drawn.
    title : str
        What it is, in words.

    Returns
    -------
    str
        An SVG element.
    """
    rows = [
        {"publication": row["publication_number"], "value": row[column]}
        for row in publications
        if row[column] is not None
    ]
    numbers = [row["publication"] for row in rows]
    base = alt.Chart(alt.InlineData(rows)).encode(
        x=alt.X(
            "publication:Q",
            title="publication",
            axis=alt.Axis(values=_ticks(numbers), format="d", grid=False),
            scale=alt.Scale(domain=[numbers[0] - 0.5, numbers[-1] + 0.5], nice=False),
        ),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4)),
    )
    layers = [base.mark_point(size=50, filled=True, opacity=1, color="var(--line)")]
    remark = []
    if len(rows) >= FEWEST_POINTS_OF_A_TREND:
        layers.insert(0, base.mark_line(color="var(--line)", strokeWidth=1))
    else:
        remark = [f"{len(rows)} publication{'' if len(rows) == 1 else 's'}: no trend shown."]
    return _svg(alt.layer(*layers), title, remark, height=110)


def _fate_scale() -> alt.Scale:
    return alt.Scale(domain=list(FATES), range=list(FATES.values()))


def _fate_legend() -> alt.Legend:
    return alt.Legend(title=None, orient="bottom", columns=3)


def _title(row: Row, baseline: str) -> str:
    metric = f"{row['metric'].upper()}@{row['evaluated_ranks']}"
    return f"{in_words(row['list'])}: {metric} of ours less that of {baseline}, 95% interval"


def _subtitle(row: Row) -> list[str]:
    population = f"{row['user_count']:,} {row['population']}, cut of {row['cut_at']:%Y-%m-%d}."
    return textwrap.wrap(population, LETTERS_A_LINE + 6)


def _scale(part: int) -> alt.Scale:
    return alt.Scale(domain=list(STATES), range=[looks[part] for looks in STATES.values()])


def _by_suspicion(channel: type[alt.Color] | type[alt.Shape], honest: str, suspect: str) -> Any:
    scale = alt.Scale(domain=[False, True], range=[honest, suspect])
    return channel("is_suspect:N", scale=scale, legend=None)


def _zero(axis: str) -> alt.Chart:
    rule = alt.Chart(alt.InlineData([{"zero": 0}])).mark_rule(color="currentColor")
    return rule.encode(**{axis: alt.X("zero:Q") if axis == "x" else alt.Y("zero:Q")})


def _ticks(numbers: list[int]) -> list[int]:
    """Return at most about eight of the numbers, the last among them."""
    return numbers[:: -max(1, len(numbers) // 8)]


def _svg(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart, title: str, subtitle: list[str], height: int
) -> str:
    quiet = {"labelColor": "currentColor", "titleColor": "currentColor"}
    specification: dict[str, Any] = (
        chart.properties(
            width=WIDTH,
            height=height,
            title=alt.Title(
                textwrap.wrap(title, LETTERS_A_LINE),
                subtitle=subtitle,
                anchor="start",
                frame="bounds",
                color="currentColor",
                subtitleColor="currentColor",
                fontSize=12,
            ),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure(aria=False, background="transparent", font="sans-serif")
        .configure_axis(
            **quiet,
            domainColor="var(--faint)",
            tickColor="var(--faint)",
            gridColor="var(--faint)",
            titleFontWeight="normal",
            labelLimit=105,
        )
        .configure_legend(**quiet)
        .configure_view(stroke=None)
        .to_dict()
    )
    # What it says to those who do not see it, the page says around it.
    return vl_convert.vegalite_to_svg(specification).replace("<svg", '<svg aria-hidden="true"', 1)
