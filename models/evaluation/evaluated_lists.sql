{%- set relations = ['ranked_candidates', 'ranked_item_lists', 'control_lists'] -%}

with ranked_candidates as (

    select * from {{ ref('also_bought', 'ranked_candidates') }}
    where rank <= {{ also_bought.evaluated_depths() | max }}

),

ranked_item_lists as (

    select * from {{ ref('also_bought', 'ranked_item_lists') }}

),

control_lists as (

    select * from {{ ref('also_bought', 'control_lists') }}

),

evaluated_lists as (

    {%- for relation in relations %}
    select
        cut_key,
        user_key,
        list,
        recommender,
        rank,
        item_key
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from evaluated_lists
