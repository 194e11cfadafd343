{#- Returns the sum of a candidate's signals, each times the weight that the blend gives it. -#}
{% macro weighted_sum(signals, blends, candidates) -%}
    {%- for signal in signals -%}
        {{ blends }}.{{ signal }} * {{ candidates }}.{{ signal }}{{ ' + ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
