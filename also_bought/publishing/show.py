"""The published tables for people who would rather look than read."""

from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from also_bought.publishing.serving_file import (
    Published,
    ServingFileError,
    serving_file_of,
    serving_file_opened,
)
from also_bought.sql import literal

VERDICT_COLUMNS = ("kept", "duplicate", "superseded", "cancelled", "rejected")
SLOWEST_MODELS = 3
OUR_RECOMMENDER = "also_bought"
# Narrower consoles show fewer columns, so that the words are not broken into shreds.
WIDE = 100


def show_published(published: Published, user_id: str | None, console: Console) -> None:
    """Print the published tables that answer a newcomer's first questions.

    Parameters
    ----------
    published : pathlib.Path or PublishedElsewhere
        What `also-bought publish` wrote. It is only read.
    user_id : str or None
        Whose recommendations to show. By default a user with rows from the model in as many lists
        as possible, always the same one for the same tables.
    console : rich.console.Console
        Where to print.

    Raises
    ------
    ServingFileError
        When what was published cannot be read, or the user has no recommendations.
    """
    with (
        serving_file_of(published) as serving_file,
        serving_file_opened(serving_file) as connection,
    ):
        _show_orders(connection, console)
        _show_failing_checks(connection, console)
        user_id = _show_recommendations(connection, user_id, console)
        _show_verdicts(connection, console)
        _show_permissions(connection, console)
        _show_slowest_models(connection, console)
    _show_next_steps(published, user_id, console)


def _show_orders(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    # Only a build as of a past day knows of later lines.
    [(has_later_lines,)] = connection.execute(
        "select coalesce(sum(later_lines), 0) > 0 from order_audit"
    ).fetchall()
    columns = (*VERDICT_COLUMNS, "later") if has_later_lines else VERDICT_COLUMNS
    verdicts = ", ".join(f"{verdict}_lines" for verdict in columns)
    rows = connection.execute(
        f"select order_source, received_lines, {verdicts} from order_audit order by order_source"
    ).fetchall()
    table = _table("Order lines received, and what became of them")
    table.add_column("order source", overflow="fold")
    for verdict in ("received", *columns):
        table.add_column(verdict, justify="right")
    for source, *counts in rows:
        table.add_row(_text(source), *(f"{count:,}" for count in counts))
    if len(rows) > 1:
        totals = (sum(counts) for counts in list(zip(*rows, strict=True))[1:])
        table.add_section()
        table.add_row("all", *(f"{total:,}" for total in totals))
    console.print(table, "")


def _show_failing_checks(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    table = _table("Checks of the orders that fail")
    for heading in ("check", "state", "in words"):
        table.add_column(heading)
    for row in connection.execute(
        "select check_name, state, sentence || coalesce(' Accepted: ' || accepted_because, '')"
        " from order_checks where state <> 'ok' order by check_name, order_source"
    ).fetchall():
        table.add_row(*(_text(value) for value in row))
    if table.rows:
        console.print(table, "")
    else:
        console.print("No check of the orders fails.", "")


def _show_recommendations(
    connection: duckdb.DuckDBPyConnection, user_id: str | None, console: Console
) -> str:
    """Print one user's lists and return the user's id."""
    if user_id is None:
        user_id = _example_user(connection)
    rows = connection.execute(
        "select list, rank, item_name, item_id, score, strategy, reason from user_recommendations"
        " where user_id::varchar = ? order by list, rank",
        [user_id],
    ).fetchall()
    if not rows:
        raise ServingFileError(
            f"There are no recommendations for customer {_printable(user_id)}.",
            "table user_recommendations, column user_id",
            "leave out --customer to see a customer who has some.",
        )
    table = _table(f"Recommendations for customer {user_id}")
    details = ("score", "strategy") if console.width >= WIDE else ()
    for heading in ("list", "rank", "item", *details, "reason"):
        table.add_column(heading, justify="right" if heading in ("rank", "score") else "left")
    for position, (list_name, rank, item_name, item_id, score, strategy, reason) in enumerate(rows):
        is_new_list = position == 0 or rows[position - 1][0] != list_name
        if is_new_list and position > 0:
            table.add_section()
        shown_score = "" if score is None else f"{float(score):.4g}"
        table.add_row(
            _text(list_name if is_new_list else ""),
            str(rank),
            _text(item_id if item_name is None else item_name),
            *((shown_score, _text(strategy)) if details else ()),
            _text(reason),
        )
    console.print(table, "")
    return user_id


def _example_user(connection: duckdb.DuckDBPyConnection) -> str:
    """Return a user with rows from the model in as many lists as possible, then the most rows."""
    found = connection.execute(
        "select user_id::varchar from user_recommendations group by user_id"
        " order by count(distinct list) filter (where recommender = ?) desc,"
        " count(*) filter (where recommender = ?) desc, user_id limit 1",
        [OUR_RECOMMENDER, OUR_RECOMMENDER],
    ).fetchone()
    if found is None:
        raise ServingFileError(
            "There are no recommendations in the published file.",
            "table user_recommendations",
            "look in rejected_order_lines for why no order was usable.",
        )
    return found[0]


def _show_verdicts(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    # The sentence begins with the verdict.
    columns = ("list", "verdict", "sentence") if console.width >= WIDE else ("list", "sentence")
    table = _table("What the evaluation says")
    for column in columns:
        table.add_column("in words" if column == "sentence" else column)
    for row in connection.execute(
        f"select {', '.join(columns)} from recommendation_verdicts order by list"
    ).fetchall():
        table.add_row(*(_text(value) for value in row))
    console.print(table, "")


def _show_permissions(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Print which restricted attributes of people may count, where any may."""
    table = _table("Attributes of people that may count")
    for heading in ("attribute", "who answers for it", "reason", "way"):
        table.add_column(heading, overflow="fold")
    for row in connection.execute(
        "select attribute, owner, reason, way from attribute_permissions order by attribute, way"
    ).fetchall():
        table.add_row(*(_text(value) for value in row))
    if table.rows:
        console.print(table, "")


def _show_slowest_models(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    rows = connection.execute(
        "select name, value, sum(value) over () from publication_history"
        " where subject = 'model' and measure = 'build_seconds' and publication_number ="
        " (select max(publication_number) from publication_history)"
        " order by value desc, name limit ?",
        [SLOWEST_MODELS],
    ).fetchall()
    if rows:
        models = ", ".join(f"{name} {float(seconds):.1f} s" for name, seconds, _ in rows)
        total = float(rows[0][-1])
        console.print(_text(f"Slowest of {total:.0f} s of models: {models}."), "")


def _show_next_steps(published: Published, user_id: str, console: Console) -> None:
    if isinstance(published, Path):
        tables = f"{published.absolute()} (DuckDB; open it read-only)"
        columns = (
            "select column_name, comment from duckdb_columns()"
            " where table_name = 'user_recommendations'"
        )
    else:
        tables = str(published)
        columns = "\\d+ user_recommendations"
    lines = (
        "Where to look next",
        f"  The tables:  {tables}",
        "  A query:     select list, rank, item_name, reason from user_recommendations"
        f" where user_id = {literal(user_id)} order by list, rank",
        f"  Its columns: {columns}",
        "  Another one: also-bought show --customer ID",
    )
    for line in lines:
        # Not wrapped, so that the path and the query can be copied.
        console.print(_text(line), soft_wrap=True)


def _table(title: str) -> Table:
    return Table(
        title=_text(title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        collapse_padding=True,
        pad_edge=False,
    )


def _text(value: object) -> Text:
    """Return a cell that shows `value` as it is: no markup, no terminal control sequences."""
    return Text(_printable("" if value is None else str(value)))


def _printable(value: str) -> str:
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in value
    )
