{#- Whether what the signals say at past cuts is what the orders before them say. Without Python no item
    predicts another, and there is no weight to be counted again. -#}
{%- set recounted_regression = (
    'recounted_regression_python' if neighbours_engine() == 'python' else 'item_regression_sql'
) -%}
{%- set neighbour_columns = [
    'rank', 'similarity', 'dot_product', 'squared_norm', 'neighbour_squared_norm', 'similarity_millionths'
] -%}

with recount_sample as (

    select * from {{ ref('also_bought', 'recount_sample') }}

),

recounted_neighbours as (

    select
        *,
        shared_count as shared_items,
        shared_count as shared_users
    from {{ ref('also_bought', 'recounted_neighbours') }}

),

user_neighbours as (

    select
        neighbours.*,
        recount_sample.kind,
        recount_sample.row_key
    from {{ ref('also_bought', 'user_neighbours_by_cut') }} as neighbours
    inner join recount_sample
        on neighbours.cut_key = recount_sample.cut_key
        and neighbours.user_key = recount_sample.row_key
        and recount_sample.kind = 'user'

),

item_neighbours as (

    select
        neighbours.*,
        recount_sample.kind,
        recount_sample.row_key
    from {{ ref('also_bought', 'item_neighbours_by_cut') }} as neighbours
    inner join recount_sample
        on neighbours.cut_key = recount_sample.cut_key
        and neighbours.item_key = recount_sample.row_key
        and recount_sample.kind = 'item'

),

plain_item_neighbours as (

    select
        neighbours.*,
        'plain_item' as kind,
        recount_sample.row_key
    from {{ ref('also_bought', 'plain_item_neighbours_by_cut') }} as neighbours
    inner join recount_sample
        on neighbours.cut_key = recount_sample.cut_key
        and neighbours.item_key = recount_sample.row_key
        and recount_sample.kind = 'item'

),

recounted_weights as (

    select * from {{ ref('also_bought', recounted_regression) }}

),

recounted_items as (

    select distinct
        cut_key,
        item_key
    from recounted_weights

),

weights as (

    select weights.*
    from {{ ref('also_bought', 'item_regression_' ~ neighbours_engine()) }} as weights
    inner join recounted_items
        on weights.cut_key = recounted_items.cut_key
        and weights.item_key = recounted_items.item_key

),

recounted_candidates as (

    select * from {{ ref('also_bought', 'recounted_candidates') }}

),

-- A shop's own signal cannot be counted again, and top sellers have no score of a user's.
candidates as (

    select candidates.*
    from {{ ref('also_bought', 'candidates') }} as candidates
    inner join recount_sample
        on candidates.cut_key = recount_sample.cut_key
        and candidates.user_key = recount_sample.row_key
        and recount_sample.kind = 'user'
    where
        candidates.signal in (
            'own_frequency'
            {%- for signal in our_personal_signals() %},
            '{{ signal }}'
            {%- endfor %}
        )

),

differences as (
    {{ column_differences(
        'user_neighbours_by_cut', 'user_neighbours', 'recounted_neighbours',
        ['kind', 'cut_key', 'row_key', 'neighbour_key'], neighbour_columns + ['shared_items']
    ) }}
    union all
    {{ column_differences(
        'item_neighbours_by_cut', 'item_neighbours', 'recounted_neighbours',
        ['kind', 'cut_key', 'row_key', 'neighbour_key'], neighbour_columns + ['shared_users']
    ) }}
    union all
    {{ column_differences(
        'plain_item_neighbours_by_cut', 'plain_item_neighbours', 'recounted_neighbours',
        ['kind', 'cut_key', 'row_key', 'neighbour_key'], neighbour_columns + ['shared_users']
    ) }}
    union all
    -- Solved in another way, a weight may be rounded to the millionth beside it.
    select
        'item_regression' as model_name,
        'weight_millionths' as column_name,
        count(*) as row_count,
        count(*) - count(
            case when abs(weights.weight_millionths - recounted_weights.weight_millionths) <= 1 then 1 end
        ) as difference_count
    from weights
    left join recounted_weights
        on weights.cut_key = recounted_weights.cut_key
        and weights.predictor_key = recounted_weights.predictor_key
        and weights.item_key = recounted_weights.item_key
    union all
    select
        'candidates' as model_name,
        candidates.signal as column_name,
        count(*) as row_count,
        count(*) - count(
            case
                when
                    candidates.score = recounted_candidates.score
                    and candidates.is_bought = recounted_candidates.is_bought
                    then 1
            end
        ) as difference_count
    from candidates
    left join recounted_candidates
        on candidates.signal = recounted_candidates.signal
        and candidates.cut_key = recounted_candidates.cut_key
        and candidates.user_key = recounted_candidates.user_key
        and candidates.item_key = recounted_candidates.item_key
    group by candidates.signal
)

select * from differences
