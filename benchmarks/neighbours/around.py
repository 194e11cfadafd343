"""Time what surrounds the kernel in a dbt model: reading the pairs and writing the neighbours.

`python benchmarks/neighbours/around.py` prints CPU seconds, medians of three, for the users and the
items of a shop with 2 million pairs; and for the votes of the users' neighbours, the kernel beside
the SQL that gives the same rows.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import data
import duckdb
import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))

from also_bought.kernel.neighbours import cosine_neighbours
from also_bought.kernel.votes import strongest_votes

VOTES_SQL = """
with summed as (
    select voters.user_key, ballots.item_key,
        cast(sum(cast(voters.strength as hugeint) * ballots.strength) as bigint) as vote_score,
        max(owned.item_key) is not null as is_bought
    from voters
    join ballots on voters.voter_key = ballots.voter_key
    left join owned
        on voters.user_key = owned.user_key and ballots.item_key = owned.item_key
    group by all
),
ranked as (
    select *, row_number() over (
        partition by user_key, is_bought order by vote_score desc, item_key
    ) as place
    from summed
)
select user_key, item_key, vote_score from ranked
where place <= 200 and vote_score > 0 order by user_key, item_key
"""


def cpu_of(work, *arguments):
    """Return what the work returns, and its CPU seconds."""
    started = time.process_time()
    result = work(*arguments)
    return result, time.process_time() - started


def around(connection, row_key, column_key):
    """Read, find and write once; return the CPU seconds of each."""
    history = connection.table("history").select(row_key, column_key, "weight")
    arrays, reading = cpu_of(history.fetchnumpy)
    found, finding = cpu_of(lambda: cosine_neighbours(*arrays.values(), k=50).read_all())
    connection.register("found", found)
    _, writing = cpu_of(
        lambda: connection.execute("create or replace table written as select * from found")
    )
    return reading, finding, writing


def votes(n_users, k):
    """Return the CPU seconds of the kernel and of the SQL for one set of votes, and if equal."""
    users, items, counts = data.synthetic_shop(n_users, 20_000, 40 * n_users)
    random = np.random.default_rng(1)
    voters = (
        np.repeat(np.arange(n_users), k),
        np.concatenate([random.choice(n_users, k, replace=False) for _ in range(n_users)]),
        random.integers(1, 10**6, n_users * k),
    )
    ballots = (users, items, counts.astype(np.int64) * 10**6)
    kernel, kernel_cpu = cpu_of(lambda: strongest_votes(voters, ballots, (users, items), k=200))
    connection = duckdb.connect(config={"threads": 2, "memory_limit": "6GB"})
    for name, columns, arrays in (
        ("voters", ("user_key", "voter_key", "strength"), voters),
        ("ballots", ("voter_key", "item_key", "strength"), ballots),
        ("owned", ("user_key", "item_key"), (users, items)),
    ):
        connection.register(name, pa.table(dict(zip(columns, arrays, strict=True))))
    rows, sql_cpu = cpu_of(lambda: connection.sql(VOTES_SQL).to_arrow_table())
    equal = all(
        np.array_equal(kernel[name].to_numpy(), rows[name].to_numpy())
        for name in kernel.column_names
    )
    return kernel_cpu, sql_cpu, equal


def main():
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voting-users", type=int, default=200_000)
    options = parser.parse_args()
    users, items, counts = data.synthetic_shop(50_000, 20_000, 2_000_000)
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(f"{folder}/around.duckdb", config={"threads": 2})
        pairs = pa.table(  # noqa: F841
            {
                "user_key": users.astype(np.int32),
                "item_key": items.astype(np.int32),
                "weight": counts.astype(np.int64),
            }
        )
        connection.execute("create table history as select * from pairs")
        print("| side | reading | finding | writing | reading and writing to finding |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for side, keys in {
            "items": ("item_key", "user_key"),
            "users": ("user_key", "item_key"),
        }.items():
            around(connection, *keys)
            rounds = [around(connection, *keys) for _ in range(3)]
            read, find, write = (statistics.median(each) for each in zip(*rounds, strict=True))
            print(
                f"| {side} | {read:.2f} s | {find:.2f} s | {write:.2f} s | "
                f"{(read + write) / find:.0%} |",
                flush=True,
            )
    kernel, sql, equal = votes(options.voting_users, 100)
    print(
        f"\nVotes of 100 neighbours for {options.voting_users:,} users: kernel {kernel:.1f} s, "
        f"SQL {sql:.1f} s ({sql / kernel:.1f} times), rows {'equal' if equal else 'DIFFER'}"
    )


if __name__ == "__main__":
    main()
