{#- Does a list know what it could not have known, or is it flattered by how it is measured? -#}
{{ config(materialized='kept_table') }}
{%- set found = as_text('cast(found as ' ~ dbt.type_bigint() ~ ')') -%}
{%- set share = percentage('greatest(found, 0)') -%}

with findings as (

    {%- for kind in ('signal', 'list', 'baseline', 'target', 'metric', 'figure') %}
    select * from {{ ref('also_bought', kind ~ '_leaks') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

worded as (

    select
        *,
        case check_name
            {%- for check, definition in leak_check_definitions().items() %}
            when '{{ check }}' then {{ sentence(definition.question) }}
            {%- endfor %}
        end as question,
        case check_name
            {%- for check, definition in leak_check_definitions().items() %}
            when '{{ check }}' then {{ sentence(definition.sentence, found=found, share=share) }}
            {%- endfor %}
        end as finding,
        case when is_alarm then {{ sentence(' Look at {at_fault}.') }} end as place_of_fault
    from findings

)

select
    check_name,
    list,
    found,
    case when is_alarm then 'alarm' else 'ok' end as state,
    question,
    {{ dbt.concat(['finding', "coalesce(place_of_fault, '')"]) }} as sentence
from worded
