{#- Returns the sum of a candidate's signals, each times the weight that the blend gives it. -#}
{% macro weighted_sum(signals, blends, candidates) -%}
    {%- set plain = [] -%}
    {%- set learned = [] -%}
    {%- for name in signals -%}
        {%- set weight = blends ~ '.' ~ name -%}
        {%- set signal = candidates ~ '.' ~ name -%}
        {%- do plain.append(weight ~ ' * ' ~ signal) -%}
        {%- do learned.append(weight ~ ' * ' ~ also_bought.learned_form(signal)) -%}
    {%- endfor -%}
    case when {{ blends }}.is_learned then {{ learned | join(' + ') }} else {{ plain | join(' + ') }} end
{%- endmacro %}
