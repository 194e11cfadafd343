{#- Returns the cuts that this build makes lists for. -#}
{% macro built_cuts() %}
    {{- return(ref('also_bought', 'built_cuts' if also_bought.setting('weekly_evaluation') else 'cuts')) -}}
{% endmacro %}


{#- Returns an ordering that gives keys to who was there at the past cuts before it gives them to others. So keys
    of the past, by which samples are drawn and ties are broken, stay the same while no cut moves. -#}
{% macro judged_first(first_ordered_at) -%}
    {%- if also_bought.setting('weekly_evaluation') -%}
        case
            when {{ first_ordered_at }} < (
                select max(cuts.window_ends_at) from {{ ref('also_bought', 'cuts') }} as cuts
                where {{ also_bought.is_past('cuts') }}
            ) then 0
            else 1
        end,{{ ' ' }}
    {%- endif -%}
{%- endmacro %}
