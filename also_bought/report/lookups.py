"""Customers and products that the page looks up by an id, as JSON that is small enough for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import duckdb
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from also_bought.report.figures import SHOWN_ITEMS, Row, rows_of

CUSTOMERS_PER_QUERY = 1000
ITEMS_PER_QUERY = 5000

# The middle of each third of the customers, by how often they ordered what their lists show.
TYPICAL_SIXTHS = {
    3: "in the middle third by past orders",
    1: "in the third with fewest past orders",
    5: "in the third with most past orders",
}

SIXTHS = ", ".join(
    f"({turn}, {sixth}, '{words}')" for turn, (sixth, words) in enumerate(TYPICAL_SIXTHS.items())
)

CUSTOMERS_IN_TURN = f"""
    with customers as (
        select user_id::varchar as user_id, sum(coalesce(own_order_count, 0)) as order_count
        from (select distinct user_id, item_id, own_order_count from user_recommendations)
        group by user_id
    ),
    placed as (
        select
            user_id,
            row_number() over (order by order_count, user_id) as place,
            count(*) over () as customer_count
        from customers
    ),
    typical as (
        select
            placed.user_id,
            min(sixths.turn) as turn,
            arg_min(sixths.words, sixths.turn) as words
        from placed
        inner join (values {SIXTHS}) as sixths (turn, sixth, words)
            on placed.place = 1 + placed.customer_count * sixths.sixth // 6
        group by placed.user_id
    )
    select placed.user_id, typical.words
    from placed
    left join typical on placed.user_id = typical.user_id
    order by coalesce(typical.turn, {len(TYPICAL_SIXTHS)}), md5(placed.user_id), placed.user_id
    limit ?
"""


def customer_records(is_wanted: str) -> str:
    """Return the query of customers' records: id, and lists as `customers` describes them.

    It is read here and, by DuckDB-WASM, in a browser. `is_wanted` is what follows the id of a
    wanted user.
    """
    of_wanted = f"where user_id::varchar {is_wanted}"
    return f"""
        with reasons as (
            select
                user_id, list, rank, reason, reason_rank, contribution,
                sum(contribution) over (partition by user_id, list, rank) as score
            from recommendation_reasons
            {of_wanted}
        ),
        of_items as (
            select
                user_id, list, rank,
                list(
                    struct_pack(reason := reason, percent := round(100 * contribution / score)::int)
                    order by reason_rank
                ) as reasons
            from reasons
            where score <> 0
            group by user_id, list, rank
        ),
        of_lists as (
            select
                items.user_id, items.list,
                list(
                    struct_pack(
                        item_id := items.item_id::varchar,
                        item_name := items.item_name,
                        reasons := coalesce(
                            of_items.reasons,
                            [struct_pack(reason := items.reason, percent := null::int)]
                        )
                    )
                    order by items.rank
                ) as items
            from user_recommendations as items
            left join of_items
                on items.user_id = of_items.user_id
                and items.list = of_items.list
                and items.rank = of_items.rank
            where items.user_id::varchar {is_wanted}
            group by items.user_id, items.list
        ),
        lists as (
            select user_id, list, wanted_rows, replace(shortfall_reason, '_', ' ') as shortfall
            from user_recommendation_lists
            {of_wanted}
        )
        select
            lists.user_id::varchar as user_id,
            list(
                struct_pack(
                    list := lists.list,
                    wanted_rows := lists.wanted_rows::int,
                    shortfall := lists.shortfall,
                    items := coalesce(of_lists.items, [])
                )
                order by lists.list
            ) as lists
        from lists
        left join of_lists on lists.user_id = of_lists.user_id and lists.list = of_lists.list
        group by lists.user_id
    """


@dataclass
class Texts:
    """Texts of records, each written once: a record has the place of a text in `written`."""

    written: list[str] = field(default_factory=list)
    size: int = 0
    """Bytes of JSON that they take."""
    _places: dict[str, int] = field(default_factory=dict)

    def place(self, text: object) -> int | None:
        """Return where a text is written; None for none."""
        if text is None:
            return None
        text = str(text)
        if text not in self._places:
            self._places[text] = len(self.written)
            self.written.append(text)
            self.size += encoded_size(text)
        return self._places[text]

    def placed(self, value: object) -> object:
        """Return a value of a query with its texts placed, and structs as lists of their values."""
        if isinstance(value, dict):
            return [self.placed(part) for part in value.values()]
        if isinstance(value, list):
            return [self.placed(part) for part in value]
        return self.place(value) if isinstance(value, str) else value

    def forget_from(self, place: int) -> None:
        """Take back the texts from a place on."""
        for text in self.written[place:]:
            del self._places[text]
            self.size -= encoded_size(text)
        del self.written[place:]


@dataclass(frozen=True)
class Lookup:
    """Records that are looked up, and of how many they are the first."""

    records: list[list[Any]]
    total: int
    size: int
    """Bytes that they and the texts that they brought take in the page."""
    is_cut: bool
    """Whether fewer were taken than asked for, to keep the page small."""


def as_json(value: object) -> Markup:
    """Return a value as JSON in which nothing can end the script element that holds it."""
    return htmlsafe_json_dumps(value, ensure_ascii=False, separators=(",", ":"))


def encoded_size(value: object) -> int:
    """Return the bytes that a value takes as JSON in the page, with a comma behind it."""
    return len(as_json(value).encode()) + 1


def customers(
    connection: duckdb.DuckDBPyConnection, wanted: int, texts: Texts, limit: int
) -> Lookup:
    """Return customers with their lists: the typical ones first, then others as if by chance.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The serving file.
    wanted : int
        How many, at most.
    texts : Texts
        Where their texts are written.
    limit : int
        Bytes that they and the texts that they bring may take.

    Returns
    -------
    Lookup
        A record a customer: id, the lists, and words of a typical one or None. A list is its name,
        the rows wanted, why it is short or None, and its rows: item, name and reasons, each with
        its share of the score in percent or None.
    """
    [total] = rows_of(
        connection, "select count(distinct user_id) as user_count from user_recommendations"
    )
    in_turn = rows_of(connection, CUSTOMERS_IN_TURN, (wanted,))
    batches = _batches(in_turn, CUSTOMERS_PER_QUERY)
    return _cut(
        (record for batch in batches for record in _customers(connection, batch, texts)),
        total["user_count"],
        texts,
        limit,
    )


def _customers(
    connection: duckdb.DuckDBPyConnection, some: list[Row], texts: Texts
) -> Iterator[list[Any]]:
    found = rows_of(
        connection,
        customer_records("in (select unnest($1))"),
        ([customer["user_id"] for customer in some],),
    )
    lists = {record["user_id"]: record["lists"] for record in found}
    for customer in some:
        user_id = customer["user_id"]
        yield [
            texts.place(user_id),
            texts.placed(lists.get(user_id, [])),
            texts.place(customer["words"]),
        ]


def products(connection: duckdb.DuckDBPyConnection, texts: Texts, limit: int) -> Lookup:
    """Return products with what goes with them, those first that most customers are shown.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The serving file.
    texts : Texts
        Where their texts are written.
    limit : int
        Bytes that they and the texts that they bring may take.

    Returns
    -------
    Lookup
        A record a product: id, name, to how many customers it is shown, the rows wanted, why fewer
        rest on what was bought with it or None, purchases and returns where any came back or None,
        and its rows: item, name and reason.
    """
    items = rows_of(
        connection,
        f"""
        select
            items.item_id::varchar as item_id,
            items.item_name,
            items.customer_count,
            lists.wanted_rows,
            lists.shortfall_reason,
            returns.purchase_count,
            returns.returned_count
        from ({SHOWN_ITEMS}) as items
        inner join item_recommendation_lists as lists on items.item_id = lists.item_id
        left join product_returns as returns on items.item_id = returns.item_id
        order by items.customer_count desc, items.item_id
        """,
    )
    batches = _batches(items, ITEMS_PER_QUERY)
    return _cut(
        (record for batch in batches for record in _products(connection, batch, texts)),
        len(items),
        texts,
        limit,
    )


def _products(
    connection: duckdb.DuckDBPyConnection, some: list[Row], texts: Texts
) -> Iterator[list[Any]]:
    rows = rows_of(
        connection,
        "select item_id::varchar as item_id, recommended_item_id, recommended_item_name, reason"
        " from item_recommendations where item_id::varchar in (select unnest(?))"
        " order by item_id, rank",
        ([item["item_id"] for item in some],),
    )
    beside = {
        item_id: list(of_item) for item_id, of_item in groupby(rows, key=lambda row: row["item_id"])
    }
    for item in some:
        yield [
            texts.place(item["item_id"]),
            texts.place(item["item_name"]),
            item["customer_count"],
            item["wanted_rows"],
            texts.place(_in_words(item["shortfall_reason"])),
            item["purchase_count"],
            item["returned_count"],
            [
                [
                    texts.place(row["recommended_item_id"]),
                    texts.place(row["recommended_item_name"]),
                    texts.place(row["reason"]),
                ]
                for row in beside.get(item["item_id"], [])
            ],
        ]


def _batches(rows: list[Row], size: int) -> Iterator[list[Row]]:
    return (rows[first : first + size] for first in range(0, len(rows), size))


def _cut(records: Iterator[list[Any]], total: int, texts: Texts, limit: int) -> Lookup:
    """Take records until they and the texts that they bring would be larger than the limit."""
    taken: list[list[Any]] = []
    texts_before, size, records_size = texts.size, 0, 0
    written = len(texts.written)
    for record in records:
        records_size += encoded_size(record)
        if records_size + texts.size - texts_before > limit:
            # Nothing of what is not shown may stand in the page.
            texts.forget_from(written)
            return Lookup(taken, total, size, is_cut=True)
        taken.append(record)
        size = records_size + texts.size - texts_before
        written = len(texts.written)
    return Lookup(taken, total, size, is_cut=False)


def _in_words(code: str | None) -> str | None:
    return code and code.replace("_", " ")
