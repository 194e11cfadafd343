"""What is shown beside an item of a shop whose catalogue turns over."""

from collections import Counter

import duckdb

MODELS = (
    "stg_shop__products catalogue items eligible_items item_popularity item_neighbours_python"
    " item_neighbours_by_cut plain_item_neighbours_python plain_item_neighbours_by_cut"
    " item_recommendations item_recommendation_lists"
)

# Of all items that share two buyers with an item, the five nearest that are eligible at the cut,
# and of those the items that 8 of 100 buyers bought.
NEAREST = """
    with history as (from main_interactions.user_item_counts_by_cut),
    norms as (
        select
            cut_key, item_key, sum(item_weight * item_weight)::double as norm, count(*) as buyers
        from history group by all
    ),
    pairs as (
        select
            mine.cut_key, mine.item_key, theirs.item_key as neighbour_key,
            sum(mine.item_weight * theirs.item_weight)::bigint as dot, count(*) as shared
        from history as mine
        join history as theirs using (cut_key, user_key)
        where mine.item_key <> theirs.item_key
        group by all having count(*) >= 2
    ),
    nearest as (
        select
            pairs.*, mine.buyers,
            row_number() over (
                partition by pairs.cut_key, pairs.item_key
                order by least(1, dot / sqrt(mine.norm * theirs.norm)) desc, neighbour_key
            ) as place
        from pairs
        join main_interactions.eligible_items as eligible
            on eligible.item_key = neighbour_key and eligible.cut_key = pairs.cut_key
        join norms as mine on mine.item_key = pairs.item_key and mine.cut_key = pairs.cut_key
        join norms as theirs on theirs.item_key = neighbour_key and theirs.cut_key = pairs.cut_key
        qualify place <= 5
    )
    select
        cut_key, item_key, neighbour_key,
        row_number() over (partition by cut_key, item_key order by place) as rank,
        dot, shared
    from nearest
    where shared >= 0.08 * buyers
    order by all
"""


def test_lists_are_full_where_five_of_six_items_are_off_sale(demo):
    demo.edit(
        "models/staging/stg_shop__products.sql",
        "{{ parse_timestamp('discontinued_on', ['%Y-%m-%d']) }}",
        "case when {{ parse_integer('stock') }} % 6 > 0 then '2024-06-01' end",
    )
    # On the demo shop top sellers of the category were no worse than ours.
    with duckdb.connect(str(demo.database)) as connection:
        connection.execute(
            "update main_published.recommendation_verdicts"
            " set published_recommender = 'also_bought' where list = 'with_item'"
        )
    demo.dbt(
        *("run", "--select", *MODELS.split(), "--vars"),
        "{also_bought__neighbours_per_item: 5, also_bought__recommendations_per_list: 4}",
    )
    [(item_count, on_sale)] = demo.rows(
        "select count(distinct item_key), count(*) filter (cut_key = 0)"
        " from main_interactions.items left join main_interactions.eligible_items using (item_key)"
    )
    assert 5 < on_sale < item_count / 4
    nearest = demo.rows(NEAREST)
    assert nearest == demo.rows(
        "select cut_key, item_key, neighbour_key, rank, dot_product, shared_users"
        " from main_neighbours.item_neighbours_by_cut order by all"
    )
    # What five people bought of what is kept is shown, up to four; top sellers fill the list up.
    found = Counter(item for cut, item, *_, shared in nearest if cut == 0 and shared >= 5)
    lists = demo.rows(
        "select item_key, row_count, also_bought_rows, shortfall_reason is null"
        " from main_published.item_recommendation_lists"
        " join main_interactions.items using (item_id)"
    )
    assert len(lists) == item_count
    assert 0 < sum(found[item] < 4 for item, *_ in lists) < item_count
    for item, *counted in lists:
        assert counted == [4, min(4, found[item]), found[item] >= 4]
