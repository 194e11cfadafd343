"""What an observer infers of a person's purchases from daily publications of the item tables.

After Calandrino, Kilzer, Narayanan, Felten and Shmatikov (2011), "You Might Also Like: Privacy
Risks of Collaborative Filtering", IEEE Symposium on Security and Privacy, section IV: whoever knows
some items of a person watches their lists, and an item that comes up in several of them on one day
was probably bought by that person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

# The models of the package that are run, in order; what they read stands in `SHOP`.
MODELS = (
    "user_item_counts_by_cut",
    "item_buyers",
    "item_neighbours_sql",
    "item_neighbours_by_cut",
    "plain_item_neighbours_sql",
    "plain_item_neighbours_by_cut",
    "item_popularity",
    "stale_items",
    "item_recommendations",
)
PUBLICATIONS = 16
KNOWN_ITEMS = 8
LEAST_PRECISION = 0.5

SHOP = """
    create schema shop.main_interactions;
    create schema shop.main_neighbours;
    create schema shop.main_candidates;
    create schema shop.main_published;
    create table shop.main_interactions.items as
    select
        item_id as item_key, item_id::varchar as item_id, item_id::varchar as item_name,
        null::date as discontinued_on
    from (select distinct item_id from purchases);
    create schema shop.main_orders;
    create table shop.main_orders.catalogue as
    select item_id as product_id, null::varchar as category from shop.main_interactions.items;
    create table shop.main_published.recommendation_verdicts as
    select 'with_item' as list, 'also_bought' as published_recommender;
    create table shop.main_interactions.eligible_items as
    select 0 as cut_key, item_key from shop.main_interactions.items;
"""
DAY = """
    create or replace table shop.main_interactions.cuts as
    select 0 as cut_key, timestamp '2024-01-01' + interval ({day} + 1) day as cut_at;
    create or replace table shop.main_interactions.user_item_orders as
    select
        user_id as user_key,
        item_id as item_key,
        timestamp '2024-01-01' + interval (day) day as ordered_at,
        1 as unit_count
    from purchases
    where day <= {day};
"""
# What moved up for a known item between two publications, by each way to see it. The list of either
# item may show it.
SIGNALS = """
    create or replace table signals as
    with rows_of_evidence as (
        select * replace (item_id::int as item_id, recommended_item_id::int as recommended_item_id)
        from published where strategy = 'item_neighbours'
    ),
    pairs as (
        select *, item_id as known, recommended_item_id as other from rows_of_evidence
        union all
        select *, recommended_item_id as known, item_id as other from rows_of_evidence
    ),
    shown as (
        select
            day, known, other,
            min(rank) as rank, max(score) as score, max(shared_users) as shared
        from pairs group by all
    ),
    moved as (
        select
            now.day, now.known, now.other,
            unnest([
                struct_pack(way := 'count', is_seen := now.shared > before.shared),
                struct_pack(way := 'score', is_seen := now.score > before.score),
                struct_pack(
                    way := 'rank', is_seen := before.rank is null or now.rank < before.rank
                ),
                struct_pack(
                    way := 'any',
                    is_seen := before.rank is null or now.shared > before.shared
                        or now.score > before.score or now.rank < before.rank
                )
            ], recursive := true)
        from shown as now
        left join shown as before
            on now.day = before.day + 1 and now.known = before.known and now.other = before.other
        where now.day > (select min(day) from shown)
    )
    select
        day, known, other, way,
        1.0 / count(*) over (partition by day, known, way) as rareness,
        count(*) over (partition by day, other, way) as moves
    from moved
    where is_seen;
"""
# How much speaks for each item that a watched person may have bought on a day, and whether it was.
GUESSES = """
    with evidence as (
        select
            known_items.user_id, signals.other as item_id, signals.day, signals.way,
            count(*)::double as by_count, sum(signals.rareness) as by_rareness,
            count(*) ** 2 / max(signals.moves) as by_share
        from known_items
        inner join signals on known_items.item_id = signals.known
        anti join known_items as also_known
            on known_items.user_id = also_known.user_id and signals.other = also_known.item_id
        group by all
    )
    select evidence.*, bought.item_id is not null as is_right
    from evidence
    left join bought using (user_id, item_id, day)
"""


@dataclass(frozen=True)
class Inferred:
    """The best that an observer can do at the precision that is asked for."""

    share: float
    """Of the further purchases of the watched persons, those inferred."""
    purchases: int
    way: str

    def __str__(self) -> str:
        """Return the share as a person says it."""
        return f"{self.share:.1%} of {self.purchases} purchases, by {self.way}"


def attacked(
    compiled: Path, database: str, purchases: np.ndarray, first_day: int, seed: int = 1
) -> Inferred:
    """Publish sixteen days of a shop, and infer who bought what from the published lists.

    Parameters
    ----------
    compiled : pathlib.Path
        The folder of the models as dbt compiled them for DuckDB.
    database : str
        What the models call the database.
    purchases : numpy.ndarray
        Rows of user, item and day, whole numbers from 0. Each is a purchase.
    first_day : int
        The day of the first publication.
    seed : int, optional
        Of the choice of the items that the observer knows.

    Returns
    -------
    Inferred
        The largest share of the purchases that one way of counting evidence finds, at the threshold
        that suits the observer best: that of the known truth, which no observer has.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {database}")
        connection.execute(
            "create table purchases as select unnest($users) as user_id, unnest($items) as item_id,"
            " unnest($days) as day",
            dict(zip(("users", "items", "days"), purchases.T.tolist(), strict=True)),
        )
        connection.execute(SHOP.replace("shop.", f"{database}."))
        statements = list(_statements(compiled, database))
        for day in range(first_day, first_day + PUBLICATIONS):
            connection.execute(DAY.replace("shop.", f"{database}.").format(day=day))
            for statement in statements:
                connection.execute(statement)
            made = f"select {day} as day, * from {database}.main_published.item_recommendations"
            if day == first_day:
                connection.execute(f"create table published as {made}")
            else:
                connection.execute(f"insert into published {made}")
        connection.execute(SIGNALS)
        _choose_known_items(connection, first_day, seed)
        [(total,)] = connection.execute("select count(*) from bought").fetchall()
        guesses = connection.execute(GUESSES).fetchnumpy()
    return max(
        (
            Inferred(_found(guesses, way, evidence) / total, total, f"{way} {evidence}")
            for way in ("count", "score", "rank", "any")
            for evidence in ("by_count", "by_rareness", "by_share")
        ),
        key=lambda inferred: inferred.share,
    )


def _statements(compiled: Path, database: str) -> Iterator[str]:
    for model in MODELS:
        [file] = compiled.rglob(f"{model}.sql")
        yield (
            f"create or replace table {database}.main_{_schema(file)}.{model} as {file.read_text()}"
        )


def _schema(file: Path) -> str:
    return {"recommendations": "published"}.get(file.parent.name, file.parent.name)


def _choose_known_items(connection: duckdb.DuckDBPyConnection, first_day: int, seed: int) -> None:
    """Let the observer know some items of each person; write down what they buy meanwhile."""
    connection.execute(f"""
        create table had as
        select distinct user_id, item_id from purchases where day <= {first_day};
        create table bought as
        select user_id, item_id, min(day) as day
        from purchases
        where day <= {first_day + PUBLICATIONS - 1}
            and user_id in (select user_id from had group by 1 having count(*) >= {KNOWN_ITEMS})
        group by all
        having min(day) > {first_day};
        create table known_items as
        select user_id, item_id from had
        where user_id in (select user_id from bought)
        qualify row_number() over (
            partition by user_id order by md5(concat_ws(' ', user_id, item_id, {seed}))
        ) <= {KNOWN_ITEMS};
    """)


def _found(guesses: dict[str, np.ndarray], way: str, evidence: str) -> int:
    """Return the most purchases that are found at the least precision, of all thresholds."""
    is_way = guesses["way"] == way
    strength, is_right = guesses[evidence][is_way], guesses["is_right"][is_way]
    in_turn = np.argsort(-strength, kind="stable")
    right = np.cumsum(is_right[in_turn])
    # A threshold takes all of equal strength.
    is_last = np.append(np.diff(strength[in_turn]) != 0, True)[: len(right)]
    is_precise = right >= LEAST_PRECISION * np.arange(1, len(right) + 1)
    return int(right[is_last & is_precise].max(initial=0))


def invented_purchases(
    users: int = 600, items: int = 150, tastes: int = 15, days: int = 120, seed: int = 1
) -> np.ndarray:
    """Return the purchases of a shop whose customers have a taste each: user, item, day.

    Everybody buys some items of their own taste and a few of all.
    """
    draws = np.random.default_rng(seed)
    rows = []
    popularity = 1 / (1 + draws.permutation(items // tastes))
    for user in range(users):
        taste = draws.integers(tastes)
        for _ in range(draws.poisson(14)):
            group = taste if draws.random() < 0.7 else draws.integers(tastes)
            item = draws.choice(items // tastes, p=popularity / popularity.sum())
            rows.append((user, group * (items // tastes) + item, draws.integers(days)))
    return np.array(rows)
