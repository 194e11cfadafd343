{#- Returns a figure with four decimals, for a sentence. -#}
{% macro rounded_text(expression) -%}
    {{ also_bought.as_text('round(cast(' ~ expression ~ ' as decimal(18, 9)), 4)') }}
{%- endmacro %}
