{#- A hash of what the evaluation reads: every past history, what could be recommended then, and what was
    bought next. -#}
{{ config(materialized='kept_table') }}

with histories as (

    select
        cut_key,
        user_key,
        {{ dbt.hash(joined_text(
            text_of_columns(['item_key', 'order_count', 'last_ordered_at']), ';', 'item_key'
        )) }} as content_hash
    from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_past() }}
    group by cut_key, user_key

),

found as (

    select
        cut_key,
        user_key,
        {{ dbt.hash(joined_text(
            text_of_columns(['item_key', 'is_in_next_basket']), ';', 'item_key'
        )) }} as content_hash
    from {{ ref('also_bought', 'targets') }}
    group by cut_key, user_key

),

catalogues as (

    select
        cut_key,
        0 as user_key,
        {{ dbt.hash(joined_text(as_text('item_key'), ';', 'item_key')) }} as content_hash
    from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_past() }}
    group by cut_key

),

contents as (

    {%- for contents in ['histories', 'found', 'catalogues'] %}
    select
        {{ loop.index }} as part,
        cut_key,
        user_key,
        content_hash
    from {{ contents }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select {{ dbt.hash(joined_text('content_hash', ';', 'part, cut_key, user_key')) }} as data_hash
from contents
