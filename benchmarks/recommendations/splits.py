"""The real data of the benchmark, split into a history and what was bought after it.

`python benchmarks/recommendations/splits.py` says what is in each split.
"""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from evaluate import Split

DATA = Path(os.environ.get("ALSO_BOUGHT_DATA", Path(__file__).parents[3] / "shared" / "data"))


@dataclass(frozen=True)
class DataSet:
    """Purchases cleaned as their data sheet says, and the protocol of the benchmark for them.

    `purchases` selects one row per customer, item and day. The targets of a cut are what was
    bought in the `target_days` days from it; without a number, on the customer's next shopping day.
    The catalogue are the items with at least `min_buyers` customers in the history.
    """

    name: str
    purchases: str
    rows: int
    cuts: tuple[datetime.date, ...]
    target_days: int | None
    min_buyers: int

    def split(self, cut):
        """Return the split at a cut: only what was bought before that day is history."""
        connection = duckdb.connect()
        connection.execute(
            f"""
            create table purchases as
                select cast(customer as varchar) as customer, cast(item as varchar) as item, day
                from ({self.purchases.format(data=DATA)})
            """
        )
        rows = connection.sql("select count(*) from purchases").fetchall()[0][0]
        if rows != self.rows:
            raise ValueError(f"{self.name} has {rows} purchases, not {self.rows} as its sheet says")
        connection.execute(SPLIT.format(cut=cut, days=self.target_days or "null"))
        history, targets, users, items = (
            connection.table(table).fetchnumpy() for table in ("history", "targets", "u", "i")
        )
        return Split(
            name=f"{self.name}_{cut}",
            cut=str(cut),
            users=users["customer"].astype(str),
            items=items["item"].astype(str),
            user=history["user"].astype(np.int32),
            item=history["item"].astype(np.int32),
            days_ago=history["days_ago"].astype(np.int32),
            catalogue=items["buyers"] >= self.min_buyers,
            target_user=targets["user"].astype(np.int32),
            target_item=targets["item"].astype(np.int32),
            target_is_next=targets["is_next"].astype(bool),
        )

    def reported(self):
        """Return the splits of the table."""
        return [self.split(cut) for cut in self.cuts]

    def earlier(self):
        """Return the split at one window before the first reported cut, to choose settings on."""
        return self.split(self.cuts[0] - datetime.timedelta(days=self.target_days or 28))


# Keys are dense and in the order of the ids, as text; a user is somebody with a history.
SPLIT = """
    create table u as
        select customer, row_number() over (order by customer) - 1 as "user"
        from (select distinct customer from purchases where day < date '{cut}')
        order by customer;
    create table i as
        select item, row_number() over (order by item) - 1 as item_key,
            count(distinct customer) filter (where day < date '{cut}') as buyers
        from purchases group by item order by item;
    create table history as
        select u.user, i.item_key as item, date '{cut}' - day as days_ago
        from purchases join u using (customer) join i using (item)
        where day < date '{cut}'
        order by "user", days_ago desc, item;
    create table later as
        select *, min(day) over (partition by customer) as next_day
        from purchases where day >= date '{cut}';
    create table targets as
        select u.user, i.item_key as item, bool_or(day = next_day) as is_next
        from later join u using (customer) join i using (item)
        where coalesce(day < date '{cut}' + {days}, day = next_day)
        group by u.user, i.item_key
        order by "user", item;
"""

DATA_SETS = {
    data_set.name: data_set
    for data_set in (
        DataSet(
            name="online_retail",
            purchases="""
                select distinct CustomerID as customer, upper(trim(StockCode)) as item,
                    cast(split_part(InvoiceDate, ' ', 1) as date) as day
                from '{data}/online_retail_2010_2011/online_retail.parquet'
                where CustomerID is not null and not regexp_matches(InvoiceNo, '^[CA]')
                    and try_cast(Quantity as bigint) > 0 and try_cast(UnitPrice as double) > 0
                    and regexp_matches(StockCode, '^[0-9]{{5}}')
            """,
            rows=383_920,
            cuts=tuple(datetime.date(2011, month, 9) for month in (9, 10, 11)),
            target_days=31,
            min_buyers=2,
        ),
        # Goods without a category drop out, as in the figures these are compared with.
        DataSet(
            name="complete_journey",
            purchases="""
                select distinct household_id as customer, product_id as item,
                    cast(transaction_timestamp as date) as day
                from '{data}/complete_journey_2017/transactions.parquet'
                join '{data}/complete_journey_2017/products.parquet' using (product_id)
                where quantity > 0 and department not in ('FUEL', 'MISCELLANEOUS', 'COUPON')
                    and product_category <> 'COUPON/MISC ITEMS'
            """,
            rows=1_436_436,
            cuts=(datetime.date(2017, 12, 1),),
            target_days=None,
            min_buyers=10,
        ),
        # There is no clock, only an order. So a step is a day, counted back from each user's
        # end: the last item is bought on the day of the cut, the one before it the day before.
        DataSet(
            name="amazon_beauty",
            purchases="""
                select user_id as customer, item_id as item,
                    date '2014-07-01' + position - max(position) over (partition by user_id) as day
                from '{data}/amazon_beauty_s3rec/sequences.parquet'
            """,
            rows=198_502,
            cuts=(datetime.date(2014, 7, 1),),
            target_days=1,
            min_buyers=0,
        ),
    )
}


def main():
    """Print the sizes of all splits."""
    for data_set in DATA_SETS.values():
        for split in [data_set.earlier(), *data_set.reported()]:
            print(
                f"{split.name}: {len(split.user)} purchases of {len(split.users)} users; "
                f"{split.catalogue.sum()} of {len(split.items)} items in the catalogue; "
                f"{len(split.target_user)} targets"
            )


if __name__ == "__main__":
    main()
