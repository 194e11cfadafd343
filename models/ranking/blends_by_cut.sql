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
        {{ '0 as ' if signal in event_signals() else 'blends.' }}{{ signal }},
        {%- endfor %}
        cuts.cut_key,
        blends.list,
        blends.blend,
        blends.preference,
        false as is_learned
    from blends
    cross join cuts
    {%- if event_signals() %}
    union all
    select
        {%- for signal in signals() %}
        {{ '0 as ' if signal in setting('signals') else 'event_blends.' }}{{ signal }},
        {%- endfor %}
        cuts.cut_key,
        event_blends.list,
        event_blends.blend,
        event_blends.preference,
        false as is_learned
    from {{ ref('also_bought', 'event_blends') }} as event_blends
    cross join cuts
    {%- endif %}
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
