"""What the page says, read from the serving file: rows of published tables, and counts of them."""

from dataclasses import dataclass
from typing import Any

import duckdb

Row = dict[str, Any]

ROWS_IN_A_TABLE = 20

# The verdict's own row has the number of ranks that it is about.
JUDGED = """
    judged as (
        select metrics.*
        from recommendation_verdicts as verdicts
        inner join recommendation_metrics as metrics
            on verdicts.list = metrics.list
            and verdicts.best_baseline = metrics.baseline
            and verdicts.baseline_ndcg = metrics.baseline_mean
            and verdicts.ndcg_difference = metrics.difference
        where metrics.metric = 'ndcg' and metrics.target_set = 'period' and metrics.segment = 'all'
        qualify row_number() over (
            partition by metrics.list
            order by metrics.evaluation_number desc, metrics.evaluated_ranks
        ) = 1
    )
"""

COMPARISONS = f"""
    with {JUDGED}
    select
        metrics.*,
        definitions.ranks_by,
        case
            when verdicts.verdict not in ('better', 'worse', 'no difference shown')
                then verdicts.verdict
            when metrics.difference_low > 0 then 'better'
            when metrics.difference_high < 0 then 'worse'
            else 'no difference shown'
        end as state,
        metrics.baseline = judged.baseline as is_best
    from judged
    inner join recommendation_verdicts as verdicts on judged.list = verdicts.list
    inner join recommendation_metrics as metrics
        on judged.list = metrics.list
        and judged.evaluation_number = metrics.evaluation_number
        and judged.target_set = metrics.target_set
        and judged.segment = metrics.segment
        and judged.metric = metrics.metric
        and judged.evaluated_ranks = metrics.evaluated_ranks
    left join recommender_definitions as definitions
        on metrics.list = definitions.list and metrics.baseline = definitions.recommender
    order by metrics.list, metrics.difference, metrics.baseline
"""

HISTORY = f"""
    with {JUDGED}
    select metrics.*
    from judged
    inner join recommendation_metrics as metrics
        on judged.list = metrics.list
        and judged.target_set = metrics.target_set
        and judged.segment = metrics.segment
        and judged.metric = metrics.metric
        and judged.evaluated_ranks = metrics.evaluated_ranks
        and judged.baseline = metrics.baseline
    order by metrics.list, metrics.evaluation_number, metrics.series_key
"""

SENTENCES = f"""
    with {JUDGED}
    select figures.*, definitions.metric_name, definitions.in_plain_words,
        definitions.may_be_concluded, definitions.may_not_be_concluded
    from judged
    inner join recommendation_figures as figures
        on judged.list = figures.list
        and judged.evaluation_number = figures.evaluation_number
        and judged.target_set = figures.target_set
        and judged.segment = figures.segment
        and judged.evaluated_ranks = figures.evaluated_ranks
        and judged.baseline = figures.baseline
    inner join metric_definitions as definitions on figures.metric = definitions.metric
    order by figures.list, figures.metric <> 'ndcg', definitions.metric_name
"""

# On how many lists each product of the catalogue stands.
SHOWN_ITEMS = """
    select
        products.product_id as item_id,
        products.product_name as item_name,
        coalesce(products.category, 'no category') as category,
        coalesce(sum(item_exposure.user_count), 0)::bigint as times_shown
    from products
    left join item_exposure on products.product_id = item_exposure.item_id
    group by all
"""

CATEGORIES = f"""
    with items as ({SHOWN_ITEMS})
    select
        category,
        count(*) as item_count,
        count(case when times_shown > 0 then 1 end) as shown_item_count,
        sum(times_shown)::bigint as times_shown,
        case when sum(times_shown) > 0
            then first(item_id order by times_shown desc, item_id)
        end as item_id,
        first(item_name order by times_shown desc, item_id) as item_name
    from items
    group by category
    order by sum(times_shown) desc, category
"""

# A product that is not shown on one list may well be on another.
WHY_NOT_SHOWN = """
    select
        not_shown_because,
        list,
        count(*) as item_count
    from item_exposure
    where not_shown_because is not null
    group by not_shown_because, list
    order by not_shown_because, list
"""

# The days of lines that count. A mistyped year or a missing time lies outside and is counted.
LINES_BY_PERIOD = """
    with bounds as (
        select min(ordered_on) as first_day, max(ordered_on) as last_day
        from daily_order_lines
        where verdict = 'kept'
    ),
    sized as (
        select
            *,
            case
                when last_day - first_day <= 92 then 'day'
                when last_day - first_day <= 366 then 'week'
                when last_day - first_day <= 3660 then 'month'
                else 'year'
            end as period
        from bounds
    )
    select
        order_source,
        period,
        case when ordered_on between first_day and last_day
            then date_trunc(period, ordered_on)::date
        end as period_start,
        (period_start + ('1 ' || period)::interval)::date as period_end,
        verdict,
        sum(line_count)::bigint as line_count
    from daily_order_lines
    cross join sized
    group by all
    order by all
"""

REASONS = """
    select
        reasons.*,
        coalesce(sum(days.line_count), 0)::bigint as line_count
    from verdict_reasons as reasons
    left join daily_order_lines as days on reasons.verdict_reason = days.verdict_reason
    group by all
    order by line_count desc, reasons.reason_number
"""

# A line names an order, so this is asked of the serving file only where persons are wanted.
EXAMPLES = """
    select verdict_reason, min(received_line_id) as received_line_id
    from order_line_trail
    where verdict_reason is not null
    group by verdict_reason
"""

# Those that differ come first, the newest before older ones.
CONTROL_TOTALS = f"""
    select
        *,
        count(*) over () as total_count,
        count(case when not is_within_tolerance then 1 end) over () as differing_count
    from control_total_differences
    order by is_within_tolerance, period_start desc, period_end, order_source, measure
    limit {ROWS_IN_A_TABLE}
"""

PUBLICATIONS = """
    with figures as (
        select
            publication_number,
            published_at,
            subject || ' ' || measure as figure,
            sum(value) as total
        from publication_history
        group by all
    )
    select
        publication_number,
        published_at,
        sum(case figure when 'order source received_lines' then total end)::bigint
            as received_lines,
        sum(case figure when 'order source kept_lines' then total end)::bigint
            as kept_lines,
        sum(case figure when 'order source rejected_lines' then total end)::bigint
            as rejected_lines,
        sum(case when figure = 'order check is_failing' then total end)::bigint as failing_checks,
        sum(case when figure = 'model build_seconds' then total end) as build_seconds
    from figures
    group by publication_number, published_at
    order by publication_number
"""

LISTS_OVER_PUBLICATIONS = """
    select
        publication_number,
        name as list,
        sum(case when measure = 'overlap' then value end) as overlap,
        sum(case when measure = 'full_list_share' then value end) as full_list_share,
        sum(case when measure = 'shown_item_share' then value end) as shown_item_share
    from publication_history
    where subject = 'list'
    group by publication_number, name
    order by publication_number desc, name
"""

SLOWEST_MODELS = f"""
    select name, value as seconds
    from publication_history
    where subject = 'model'
        and measure = 'build_seconds'
        and publication_number = (select max(publication_number) from publication_history)
    order by value desc, name
    limit {ROWS_IN_A_TABLE // 2}
"""


@dataclass(frozen=True)
class Figures:
    """The rows of each view, in the order in which the page has them."""

    publication: Row
    tables: list[Row]
    publications: list[Row]
    """Every publication so far, in figures."""
    lists_over_publications: list[Row]
    slowest_models: list[Row]
    overlap: list[Row]
    verdicts: list[Row]
    permissions: list[Row]
    """The restricted attributes of people that may reach a score."""
    comparisons: list[Row]
    """The verdict's metric of each list against every baseline."""
    history: list[Row]
    """The same against the best baseline, at every evaluation."""
    sentences: list[Row]
    """A sentence a list and metric, against the best baseline."""
    audit: list[Row]
    checks: list[Row]
    warnings: list[Row] | None
    """Each names an order as an example; None where no person is to be named."""
    reasons: list[Row]
    reason_examples: dict[str, str]
    """A received line of each reason; none where no person is to be named."""
    control_totals: list[Row]
    """The first of them, each with how many there are and how many differ."""
    lines_by_period: list[Row]
    categories: list[Row]
    why_not_shown: list[Row]
    most_shown: list[Row]
    often_returned: list[Row]
    merchandising_rules: list[Row]
    """What each does; none where the shop has no such rules."""


def rows_of(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: tuple[object, ...] = ()
) -> list[Row]:
    """Return the rows of a query by the names of its columns."""
    cursor = connection.execute(query, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def read_figures(connection: duckdb.DuckDBPyConnection, names_persons: bool) -> Figures:
    """Return all that the page shows beside the customers and products that it looks up."""

    def rows(query: str) -> list[Row]:
        return rows_of(connection, query)

    [publication] = rows(
        "select distinct publication_number, run_id, build_number, published_at from publication"
    )
    return Figures(
        publication=publication,
        tables=rows("select table_name, row_count from publication order by table_name"),
        publications=rows(PUBLICATIONS),
        lists_over_publications=rows(LISTS_OVER_PUBLICATIONS),
        slowest_models=rows(SLOWEST_MODELS),
        overlap=rows("select * from list_overlap order by list"),
        verdicts=rows(
            "select verdicts.*, definitions.holds_new_items, definitions.holds_bought_items"
            " from recommendation_verdicts as verdicts"
            " left join list_definitions as definitions using (list) order by list"
        ),
        permissions=rows("select * from attribute_permissions order by attribute, way"),
        comparisons=rows(COMPARISONS),
        history=rows(HISTORY),
        sentences=rows(SENTENCES),
        audit=rows("select * from order_audit order by order_source"),
        checks=rows(
            "select checks.*, definitions.in_plain_words, definitions.stops_a_build"
            " from order_checks as checks"
            " left join order_check_definitions as definitions using (check_name)"
            " order by checks.state = 'ok', check_name, order_source"
        ),
        warnings=rows(
            "select warnings.*, definitions.in_plain_words from order_warnings as warnings"
            " left join order_check_definitions as definitions"
            " on warnings.warning = definitions.check_name"
            " order by row_count desc, order_source, warning"
        )
        if names_persons
        else None,
        reasons=rows(REASONS),
        reason_examples={row["verdict_reason"]: row["received_line_id"] for row in rows(EXAMPLES)}
        if names_persons
        else {},
        control_totals=rows(CONTROL_TOTALS),
        lines_by_period=rows(LINES_BY_PERIOD),
        categories=rows(CATEGORIES),
        why_not_shown=rows(WHY_NOT_SHOWN),
        most_shown=rows(
            f"select * from ({SHOWN_ITEMS}) where times_shown > 0"
            f" order by times_shown desc, item_id limit {ROWS_IN_A_TABLE}"
        ),
        often_returned=rows(
            "select * from product_returns where is_often_returned"
            " order by returned_low desc, item_id"
        ),
        merchandising_rules=rows(
            "select * from merchandising_rule_effects order by ndcg_difference, rule_id, list"
        )
        if rows("from duckdb_tables() where table_name = 'merchandising_rule_effects'")
        else [],
    )
