"""A build with lists and products, keyed and typed: for the tests of exports."""

from pathlib import Path

import duckdb
from fake_build import log_of_table, write_build

ODD_USERS = ("müller 🍞", 'it\'s; "x"', "new\nline", "../../etc")


def write_shop(database: Path, run_id: str, *changes: str) -> None:
    """Add a build with lists of 300 users, and change its tables by SQL."""
    write_build(database, run_id)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            log_of_table(
                "main_meta",
                "main_published",
                "user_recommendations",
                primary_key='["user_id", "list", "rank"]',
            )
            + log_of_table("main_meta", "main_published", "products", primary_key='["item_key"]')
        )
        connection.execute(
            """
            create or replace table main_published.user_recommendations (
                user_id varchar not null, list varchar not null, rank bigint not null,
                item_id varchar not null, score double, price decimal(18, 4),
                last_ordered_at timestamp
            );
            comment on table main_published.user_recommendations is 'One row per user, list, rank.';
            comment on column main_published.user_recommendations.score is 'How much; null if not.';
            insert into main_published.user_recommendations
            select 'u' || u, 'for_you', r, 'P' || (u * 7 + r), case when r < 5 then 1 / r end,
                u * 0.1, timestamp '2026-03-29 02:30:00' + to_microseconds(u)
            from range(300) users(u), range(1, 6) ranks(r) order by hash(u * r);
            create or replace table main_published.products as
            select i::bigint as item_key, date '2026-01-01' + i::integer as launched_on,
                i % 2 = 0 as is_on_sale, i::hugeint as units
            from range(400) items(i);
            alter table main_published.products alter item_key set not null;
            """
        )
        connection.executemany(
            "insert into main_published.user_recommendations (user_id, list, rank, item_id)"
            " values (?, 'for_you', 1, 'P1')",
            [(user,) for user in ODD_USERS],
        )
        for change in changes:
            connection.execute(change)
