{#- A figure in words' company: four decimals. -#}
{% macro rounded_text(expression) -%}
    {{ also_bought.as_text('round(cast(' ~ expression ~ ' as decimal(18, 9)), 4)') }}
{%- endmacro %}
