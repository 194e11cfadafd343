"""Customers and products that the page looks up by an id, as JSON that is small enough for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from also_bought.report.figures import rows_of
from also_bought.report.records import customer_records, product_records

IDS_PER_QUERY = 1000

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

CUSTOMER_COUNT = """
    select count(distinct user_id) as user_count from user_recommendation_lists
"""

# A file of figures has no persons to count, and people in steps.
CUSTOMER_COUNT_OF_FIGURES = """
    select coalesce(max(user_count), 0)::bigint as user_count
    from (select sum(user_count) as user_count from customer_segments group by list)
"""

ITEMS_IN_TURN = """
    select products.product_id::varchar as item_id
    from products
    left join item_exposure on products.product_id = item_exposure.item_id
    group by products.product_id
    order by coalesce(sum(item_exposure.user_count), 0) desc, products.product_id
"""


@dataclass
class Shared:
    """What many records say, each written once: a record has the place of a text or card in it."""

    texts: list[str] = field(default_factory=list)
    cards: list[list[object]] = field(default_factory=list)
    """Products as they are shown: id, name, brand, category, price, picture and link."""
    size: int = 0
    """Bytes of JSON that they take."""
    _places: dict[object, int] = field(default_factory=dict)

    def placed(self, value: object) -> Any:
        """Return a value of a query with its texts placed, and structs as lists of their values.

        A struct that is called product is a card.
        """
        if isinstance(value, dict):
            return [
                self._place(self.cards, self.placed(part))
                if name == "product"
                else self.placed(part)
                for name, part in value.items()
            ]
        if isinstance(value, list):
            return [self.placed(part) for part in value]
        return self._place(self.texts, value) if isinstance(value, str) else value

    def _place(self, written: list[Any], value: Any) -> int:
        key = tuple(value) if isinstance(value, list) else value
        if key not in self._places:
            self._places[key] = len(written)
            written.append(value)
            self.size += encoded_size(value)
        return self._places[key]

    def mark(self) -> tuple[int, int]:
        """Return up to where it is written."""
        return len(self.texts), len(self.cards)

    def forget_from(self, mark: tuple[int, int]) -> None:
        """Take back what was written after a mark."""
        both: tuple[list[Any], list[Any]] = (self.texts, self.cards)
        for written, place in zip(both, mark, strict=True):
            for value in written[place:]:
                del self._places[tuple(value) if isinstance(value, list) else value]
                self.size -= encoded_size(value)
            del written[place:]


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
    connection: duckdb.DuckDBPyConnection, wanted: int, shared: Shared, limit: int
) -> Lookup:
    """Return customers with their lists: the typical ones first, then others as if by chance.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The serving file; the file of figures does where none is wanted.
    wanted : int
        How many, at most.
    shared : Shared
        Where their texts and cards are written.
    limit : int
        Bytes that they and what they bring may take.

    Returns
    -------
    Lookup
        A record a customer, as `customer_records` has it; behind it the words of a typical one, or
        None.
    """
    [(has_persons,)] = connection.execute(
        "select count(*) > 0 from duckdb_tables() where table_name = 'user_recommendation_lists'"
    ).fetchall()
    [total] = rows_of(connection, CUSTOMER_COUNT if has_persons else CUSTOMER_COUNT_OF_FIGURES)
    in_turn = rows_of(connection, CUSTOMERS_IN_TURN, (wanted,)) if wanted else []
    words = {customer["user_id"]: customer["words"] for customer in in_turn}
    records = (
        [*record, shared.placed(words[user_id])]
        for user_id, record in _records(connection, customer_records, list(words), shared)
    )
    return _cut(records, total["user_count"], shared, limit)


def products(connection: duckdb.DuckDBPyConnection, shared: Shared, limit: int) -> Lookup:
    """Return products with what goes with them, those first that are shown most often.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The serving file, or the file of figures.
    shared : Shared
        Where their texts and cards are written.
    limit : int
        Bytes that they and what they bring may take.

    Returns
    -------
    Lookup
        A record a product, as `product_records` has it.
    """
    ids = [item["item_id"] for item in rows_of(connection, ITEMS_IN_TURN)]
    records = (record for _, record in _records(connection, product_records, ids, shared))
    return _cut(records, len(ids), shared, limit)


def _records(
    connection: duckdb.DuckDBPyConnection,
    query: Callable[[str], str],
    ids: list[str],
    shared: Shared,
) -> Iterator[tuple[str, list[Any]]]:
    """Return the ids, in their order, with their records; each is placed when it is asked for."""
    for first in range(0, len(ids), IDS_PER_QUERY):
        some = ids[first : first + IDS_PER_QUERY]
        connection.execute(query("in (select unnest($1))"), [some])
        found = {record[0]: list(record) for record in connection.fetchall()}
        names = [column[0] for column in connection.description or []]
        for one in some:
            yield one, shared.placed(dict(zip(names, found[one], strict=True)))


def _cut(records: Iterator[list[Any]], total: int, shared: Shared, limit: int) -> Lookup:
    """Take records until they and what they bring would be larger than the limit."""
    taken: list[list[Any]] = []
    shared_before, size, records_size = shared.size, 0, 0
    mark = shared.mark()
    for record in records:
        records_size += encoded_size(record)
        if records_size + shared.size - shared_before > limit:
            # Nothing of what is not shown may stand in the page.
            shared.forget_from(mark)
            return Lookup(taken, total, size, is_cut=True)
        taken.append(record)
        size = records_size + shared.size - shared_before
        mark = shared.mark()
    return Lookup(taken, total, size, is_cut=False)
