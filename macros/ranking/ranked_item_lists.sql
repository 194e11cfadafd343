{#- Returns the first items of the list beside each item, as each recommender ranks them, as the CTEs of a query
    that ends in `ranked`. It takes relations: `given_items` of cuts and items, and `recommenders` as
    `item_list_recommender_rows` has them. The query has `neighbours`, `plain_neighbours`, `popularity`,
    `stale_items`, `items` and `catalogue` before it. Evaluation and production both rank by this. -#}
{% macro ranked_item_lists(given_items, recommenders, length) %}
{%- set neighbours = {
    'also_bought': {'relation': 'neighbours', 'score': also_bought.score_beside_item(
        'neighbours.similarity', 'sellers.recent_buyer_count'
    )},
    'plain_cosine': {'relation': 'plain_neighbours', 'score': 'plain_neighbours.similarity'},
} -%}

categories as (

    select
        items.item_key,
        catalogue.category
    from items
    inner join catalogue on items.item_id = catalogue.product_id

),

sellers as (

    select
        {%- for window in also_bought.sales_windows().values() %}
        popularity.{{ window.rank }},
        {%- endfor %}
        popularity.recent_buyer_count,
        popularity.cut_key,
        popularity.item_key
    from popularity
    left join stale_items
        on popularity.cut_key = stale_items.cut_key
        and popularity.item_key = stale_items.item_key
    where stale_items.item_key is null

),

sellers_of_category as (

    select
        sellers.cut_key,
        sellers.item_key,
        sellers.recent_rank,
        categories.category,
        row_number() over (
            partition by sellers.cut_key, categories.category order by sellers.recent_rank
        ) as place
    from sellers
    inner join categories on sellers.item_key = categories.item_key
    where categories.category is not null

),

named as (

    {%- for recommender, named_by in neighbours.items() %}
    {%- set relation = named_by.relation %}
    select
        {{ given_items }}.cut_key,
        {{ given_items }}.item_key,
        recommenders.recommender,
        'item_neighbours' as strategy,
        sellers.item_key as listed_key,
        {{ named_by.score }} as score,
        sellers.all_time_rank as place,
        {{ relation }}.shared_users
    from {{ given_items }}
    inner join {{ recommenders }} as recommenders on recommenders.recommender = '{{ recommender }}'
    inner join {{ relation }}
        on {{ given_items }}.cut_key = {{ relation }}.cut_key
        and {{ given_items }}.item_key = {{ relation }}.item_key
    inner join sellers
        on {{ relation }}.cut_key = sellers.cut_key
        and {{ relation }}.neighbour_key = sellers.item_key
    union all
    {%- endfor %}
    -- One more than is wanted: the item itself may be among them.
    select
        {{ given_items }}.cut_key,
        {{ given_items }}.item_key,
        recommenders.recommender,
        'category_top_sellers' as strategy,
        sellers_of_category.item_key as listed_key,
        cast(0 as {{ also_bought.type_double() }}) as score,
        sellers_of_category.recent_rank as place,
        cast(null as {{ dbt.type_int() }}) as shared_users
    from {{ given_items }}
    inner join {{ recommenders }} as recommenders on recommenders.recommender = 'category_top_sellers'
    inner join categories on {{ given_items }}.item_key = categories.item_key
    inner join sellers_of_category
        on {{ given_items }}.cut_key = sellers_of_category.cut_key
        and categories.category = sellers_of_category.category
        and {{ given_items }}.item_key <> sellers_of_category.item_key
    where sellers_of_category.place <= {{ length }} + 1

),

named_in_order as (

    select
        *,
        row_number() over (
            partition by cut_key, item_key, recommender order by score desc, place asc, listed_key asc
        ) as rank
    from named

),

named_first as (

    select * from named_in_order
    where rank <= {{ length }}

),

top_sellers as (

    {%- for name, window in also_bought.sales_windows().items() %}
    select
        cut_key,
        item_key,
        'top_sellers_{{ name }}' as recommender,
        row_number() over (partition by cut_key order by {{ window.rank }}) as place
    from sellers
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

lists_so_far as (

    select
        {{ given_items }}.cut_key,
        {{ given_items }}.item_key,
        recommenders.recommender,
        recommenders.filled_up_with,
        count(named_first.rank) as row_count
    from {{ given_items }}
    cross join {{ recommenders }} as recommenders
    left join named_first
        on {{ given_items }}.cut_key = named_first.cut_key
        and {{ given_items }}.item_key = named_first.item_key
        and recommenders.recommender = named_first.recommender
    group by
        {{ given_items }}.cut_key,
        {{ given_items }}.item_key,
        recommenders.recommender,
        recommenders.filled_up_with

),

filled_up as (

    select
        lists_so_far.cut_key,
        lists_so_far.item_key,
        lists_so_far.recommender,
        top_sellers.item_key as listed_key,
        lists_so_far.row_count + row_number() over (
            partition by lists_so_far.cut_key, lists_so_far.item_key, lists_so_far.recommender
            order by top_sellers.place
        ) as rank
    from lists_so_far
    inner join top_sellers
        on lists_so_far.cut_key = top_sellers.cut_key
        and lists_so_far.filled_up_with = top_sellers.recommender
        and lists_so_far.item_key <> top_sellers.item_key
    left join named_first
        on lists_so_far.cut_key = named_first.cut_key
        and lists_so_far.item_key = named_first.item_key
        and lists_so_far.recommender = named_first.recommender
        and top_sellers.item_key = named_first.listed_key
    where
        lists_so_far.row_count < {{ length }}
        and top_sellers.place <= {{ length }} + 1
        and named_first.listed_key is null

),

ranked as (

    select
        cut_key,
        item_key,
        recommender,
        rank,
        listed_key,
        score,
        strategy,
        shared_users
    from named_first
    union all
    select
        cut_key,
        item_key,
        recommender,
        rank,
        listed_key,
        cast(0 as {{ also_bought.type_double() }}) as score,
        'top_sellers' as strategy,
        cast(null as {{ dbt.type_int() }}) as shared_users
    from filled_up
    where rank <= {{ length }}

)
{% endmacro %}
