{#- Whether what the signals say at past cuts is what the orders before them say. Without Python no item
    predicts another, and there is no weight to be counted again. -#}
{%- set recounted_regression = (
    'recounted_regression_python' if neighbours_engine() == 'python' else 'item_regression_sql'
) -%}
{%- set neighbour_columns = [
    'rank', 'similarity', 'dot_product', 'squared_norm', 'neighbour_squared_norm', 'similarity_millionths'
] -%}
{%- set neighbours = {
    'user_neighbours_by_cut': {'kind': 'user', 'row': 'user', 'shared': 'shared_items'},
    'item_neighbours_by_cut': {'kind': 'item', 'row': 'item', 'shared': 'shared_users'},
    'plain_item_neighbours_by_cut': {'kind': 'plain_item', 'row': 'item', 'shared': 'shared_users'},
} -%}

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

{%- for model, compared in neighbours.items() %}

{{ model }} as (

    select
        neighbours.*,
        '{{ compared.kind }}' as kind,
        recount_sample.row_key
    from {{ ref('also_bought', model) }} as neighbours
    inner join recount_sample
        on neighbours.cut_key = recount_sample.cut_key
        and neighbours.{{ compared.row }}_key = recount_sample.row_key
        and recount_sample.kind = '{{ compared.row }}'

),
{%- endfor %}

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
    {%- for model, compared in neighbours.items() %}
    {{ column_differences(
        model, model, 'recounted_neighbours', ['kind', 'cut_key', 'row_key', 'neighbour_key'],
        neighbour_columns + [compared.shared]
    ) }}
    union all
    {%- endfor %}
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
