{#- Production and the cut that is reported. The earlier cuts have chosen the blend, so their figures would
    flatter it. -#}

with scaled_candidates as (

    select * from {{ ref('also_bought', 'scaled_candidates') }}
    where cut_key in (0, 1)

),

chosen_blends as (

    select * from {{ ref('also_bought', 'chosen_blends') }}

),

scored as (

    select
        scaled_candidates.cut_key,
        scaled_candidates.user_key,
        scaled_candidates.item_key,
        scaled_candidates.list,
        scaled_candidates.own_order_count,
        {%- for window in sales_windows().values() %}
        scaled_candidates.{{ window.orders }},
        {%- endfor %}
        {%- for kind, its_signals in evidence().items() %}
        {{ weighted_sum(its_signals, 'chosen_blends', 'scaled_candidates') }} as {{ kind }}_points,
        {%- endfor %}
        {{ weighted_sum(signals(), 'chosen_blends', 'scaled_candidates') }} as blended_score
    from scaled_candidates
    inner join chosen_blends on scaled_candidates.list = chosen_blends.list

)

select * from scored
