{#- What blends are learned from: candidates of the trial cuts, each signal as its root, and which of them the
    user bought next. Of those not bought a quarter says the same of the weights, at a quarter of the memory. -#}
{{ config(enabled=neighbours_engine() == 'python') }}

with scaled_candidates as (

    select * from {{ ref('also_bought', 'scaled_candidates') }}
    where {{ is_trial() if setting('learned_blends') else 'false' }}

),

targets as (

    select * from {{ ref('also_bought', 'targets') }}
    where {{ is_trial() }}

),

target_counts as (
    {{ target_counts('targets') }}
),

learning_candidates as (

    select
        {%- for signal in signals() %}
        {{ learned_form('scaled_candidates.' ~ signal) }} as {{ signal }},
        {%- endfor %}
        scaled_candidates.cut_key,
        scaled_candidates.list,
        scaled_candidates.user_key,
        scaled_candidates.item_key,
        targets.item_key is not null as is_target,
        -- However much a user buys, what all users bought counts alike.
        1 / cast(target_counts.target_count as {{ type_double() }}) as row_weight
    from scaled_candidates
    inner join target_counts
        on scaled_candidates.cut_key = target_counts.cut_key
        and scaled_candidates.user_key = target_counts.user_key
        and scaled_candidates.list = target_counts.list
    left join targets
        on scaled_candidates.cut_key = targets.cut_key
        and scaled_candidates.user_key = targets.user_key
        and scaled_candidates.list = targets.list
        and scaled_candidates.item_key = targets.item_key
    where
        targets.item_key is not null
        or mod(scaled_candidates.user_key + scaled_candidates.item_key, 4) = 0

)

select * from learning_candidates
