"""How lists change in a week: `stability.py online_retail 2011-10-09 2011-10-16`.

Builds the project on what was bought before each day, and compares the two builds: the blends that
they chose, and for each list how many of its ten rows stay. A customer who ordered in between
changed the list themselves, so they are counted apart.
"""

import datetime
import sys
from itertools import pairwise

import duckdb
import ours
from evaluate import RANKS
from protocols import FOLDER, PROTOCOLS
from splits import DATA_SETS

# Of the lists of ten that both builds have: the mean share of the earlier rows that the later one
# has, whatever their ranks.
OVERLAP = """
    with compared as (
        select earlier.list, earlier.owner, count(later.item) / count(*) as kept,
            earlier.owner in (from active) as is_active
        from earlier
        left join later using (list, owner, item)
        where earlier.owner in (select owner from later where later.list = earlier.list)
        group by earlier.list, earlier.owner
        having count(*) = {ranks}
    )
    select list, is_active, count(*), avg(kept) from compared group by all order by all
"""


def built(data_set, cut):
    """Build the project as of a day, where that is not done, and return its folder."""
    split = DATA_SETS[data_set].split(datetime.date.fromisoformat(cut))
    folder = FOLDER / "stability" / split.name
    if not (folder / "also_bought.duckdb").exists():
        ours.write_shop(split, DATA_SETS[data_set].min_buyers, folder)
        ours.build(split, folder, PROTOCOLS[data_set]["vars"])
    return folder


def overlaps(earlier, later, since):
    """Return (list, ordered since that day, owners, share of rows that stay) of two builds."""
    connection = duckdb.connect()
    for name, folder in (("earlier", earlier), ("later", later)):
        connection.execute(f"attach '{folder}/also_bought.duckdb' as built (read_only)")
        connection.execute(
            f"""
            create table {name} as
            select list, user_id as owner, item_id as item
            from built.main_published.user_recommendations where rank <= {RANKS}
            union all
            select 'with_item', item_id, recommended_item_id
            from built.main_published.item_recommendations where rank <= {RANKS}
            """
        )
        connection.execute("detach built")
    connection.execute(
        f"""
        create table active as
        select distinct customer from '{later}/purchases.parquet' where day >= '{since}'
        """
    )
    return connection.sql(OVERLAP.format(ranks=RANKS)).fetchall()


def main(data_set, *cuts):
    """Print what each build chose, and how many rows stay from each to the next."""
    builds = [(cut, built(data_set, cut)) for cut in cuts]
    for cut, folder in builds:
        for list_name, blend, *_, published in ours.read_verdicts(folder):
            print(f"{cut} {list_name}: blend {blend}, published {published}")
    for (cut, earlier), (_, later) in pairwise(builds):
        for list_name, is_active, owners, kept in overlaps(earlier, later, cut):
            whose = f"{owners:,} customers {'who ordered' if is_active else 'who did not order'}"
            if list_name == "with_item":
                whose = f"{owners:,} products"
            print(f"from {cut}, {list_name}: {kept:.3f} of the rows stay, of {whose}")


if __name__ == "__main__":
    main(*sys.argv[1:])
