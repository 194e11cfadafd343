"""What every publication so far was like, in figures: the table `publication_history`.

`publication` says what is published now, and the next one replaces it. The history grows: a publish
keeps the rows of those before and adds its own.
"""

from dataclasses import dataclass

from also_bought.publishing.publication import (
    RESULTS_TABLE,
    PublishedTable,
    SourceTable,
)
from also_bought.sql import literal


@dataclass(frozen=True)
class Figure:
    """A figure of each row, or each group of rows, of a table: what it is of, and SQL of it."""

    table: str
    reads: frozenset[str]
    """The columns without which there is no such figure."""
    subject: str
    name: str
    measure: str
    value: str
    rest: str = ""

    def query(self, table: SourceTable) -> str:
        """Return the query of subject, name, measure and value."""
        figures = _figures(self.subject, self.name, self.measure, self.value)
        return f"{figures} from {table.relation} {self.rest}"


def _figures(subject: str, name: str, measure: str, value: str) -> str:
    return (
        f"select {literal(subject)} as subject, cast({name} as character varying) as name,"
        f" {literal(measure)} as measure, cast({value} as double precision) as value"
    )


def _of_columns(table: str, subject: str, key: str, columns: tuple[str, ...]) -> list[Figure]:
    return [
        Figure(table, frozenset({key, column}), subject, key, column, column) for column in columns
    ]


FATES = ("received", "kept", "duplicate", "superseded", "cancelled", "rejected", "later")
CHECK = "check_name || ' ' || order_source"
FIGURES = (
    *_of_columns(
        "order_audit", "order source", "order_source", tuple(f"{fate}_lines" for fate in FATES)
    ),
    Figure(
        *("order_checks", frozenset({"check_name", "order_source", "found"})),
        *("order check", CHECK, "found", "found"),
    ),
    Figure(
        *("order_checks", frozenset({"check_name", "order_source", "state"})),
        *("order check", CHECK, "is_failing", "case state when 'ok' then 0 else 1 end"),
    ),
    *_of_columns("list_overlap", "list", "list", ("overlap",)),
    Figure(
        *("user_recommendation_lists", frozenset({"list", "shortfall_reason"})),
        *("list", "list", "full_list_share"),
        "avg(case when shortfall_reason is null then 1.0 else 0 end)",
        "group by list",
    ),
    Figure(
        *("item_exposure", frozenset({"list", "user_count", "may_be_recommended"})),
        *("list", "list", "shown_item_share"),
        "avg(case when user_count > 0 then 1.0 else 0 end)",
        "where may_be_recommended group by list",
    ),
    *_of_columns(
        *("recommendation_verdicts", "list", "list"),
        ("ndcg_difference", "interval_low", "interval_high", "user_count"),
    ),
    Figure(
        *("recommendation_verdicts", frozenset({"list", "published_recommender"})),
        *("list", "list", "is_ours_published"),
        "case published_recommender when 'also_bought' then 1 else 0 end",
    ),
    Figure(
        *(RESULTS_TABLE, frozenset({"node_id", "seconds"})),
        *("model", "substr(node_id, 7)", "build_seconds", "seconds"),
        "where node_id like 'model.%'",
    ),
)


def figures_query(sources: list[SourceTable], written: tuple[PublishedTable, ...]) -> str:
    """Return the query of the figures of a publication: subject, name, measure and value.

    Parameters
    ----------
    sources : list of SourceTable
        What is published, with the overlap, and the results in the build log. One that has another
        shape than ours gives no figures.
    written : tuple of PublishedTable
        The published tables with their rows counted.
    """
    counts = [
        _figures("table", literal(table.name), "row_count", str(table.row_count))
        for table in written
    ]
    figures = [
        figure.query(table)
        for table in sources
        for figure in FIGURES
        if figure.table == table.name and figure.reads <= {column.name for column in table.columns}
    ]
    return " union all ".join(counts + figures)
