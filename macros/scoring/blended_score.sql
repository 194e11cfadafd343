{#- A candidate's score in a blend: its signals, each times its weight. -#}
{% macro blended_score(blends, candidates) -%}
    {%- for signal in signals() -%}
        {{ blends }}.{{ signal }} * {{ candidates }}.{{ signal }}{{ ' + ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
