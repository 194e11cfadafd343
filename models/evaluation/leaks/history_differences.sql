{#- Whether each number of the history and of top sellers at past cuts is the one that the orders before them
    give. -#}
{%- set history_columns = [
    'order_count', 'user_weight', 'item_weight', 'unit_count', 'first_ordered_at', 'last_ordered_at',
    'decayed_order_count', 'vote_millionths', 'profile_millionths'
] -%}
{%- set popularity_columns = [] -%}
{%- for window in sales_windows().values() -%}
{%- do history_columns.append(window.orders) if window.days -%}
{%- do popularity_columns.extend([window.sales, window.rank]) -%}
{%- endfor -%}

with history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}
    where {{ is_past() }}

),

recounted_purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}
    where {{ is_past() }}

),

recounted_popularity as (

    select * from {{ ref('also_bought', 'recounted_popularity') }}

),

differences as (
    {{ column_differences(
        'user_item_counts_by_cut', 'history', 'recounted_purchases', ['cut_key', 'user_key', 'item_key'], history_columns
    ) }}
    union all
    {{ column_differences(
        'item_popularity', 'popularity', 'recounted_popularity', ['cut_key', 'item_key'], popularity_columns
    ) }}
)

select * from differences
