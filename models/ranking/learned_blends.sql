{{ config(materialized='kept_table') }}

with learned_weights as (

    select * from {{ ref('also_bought', 'learned_weights_' ~ neighbours_engine()) }}

),

learned_blends as (

    select
        cut_key,
        list,
        'learned' as blend,
        {%- for signal in signals() %}
        max(case when signal = '{{ signal }}' then weight end) as {{ signal }},
        {%- endfor %}
        min(learned_from_cut) as learned_from_cut
    from learned_weights
    group by cut_key, list

)

select * from learned_blends
