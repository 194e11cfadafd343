{#- The blends of the seed are the same at every cut, a learned one knows only the cuts before. -#}
{%- do check_blends(input_model(setting('blends'))) %}

with blends as (

    select * from {{ input_model(setting('blends')) }}

),

learned_blends as (

    select * from {{ ref('also_bought', 'learned_blends') }}

),

cuts as (

    select * from {{ ref('also_bought', 'cuts') }}

),

blends_by_cut as (

    select
        {%- for signal in signals() %}
        {{ '0 as ' if signal in names_of_added_signals() else 'blends.' }}{{ signal }},
        {%- endfor %}
        cuts.cut_key,
        blends.list,
        blends.blend,
        blends.preference,
        false as is_learned
    from blends
    cross join cuts
    {%- for seed, its_signals in added_signals().items() %}
    {%- set others = names_of_added_signals() | reject('in', its_signals) | list
        + setting('signals') | list %}
    union all
    select
        {%- for signal in signals() %}
        {{ '0 as ' if signal in others else seed ~ '.' }}{{ signal }},
        {%- endfor %}
        cuts.cut_key,
        {{ seed }}.list,
        {{ seed }}.blend,
        {{ seed }}.preference,
        false as is_learned
    from {{ ref('also_bought', seed) }} as {{ seed }}
    cross join cuts
    {%- endfor %}
    union all
    select
        {%- for signal in signals() %}
        {{ signal }},
        {%- endfor %}
        cut_key,
        list,
        blend,
        0 as preference,
        true as is_learned
    from learned_blends

)

select * from blends_by_cut
