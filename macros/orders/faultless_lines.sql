{#- Returns the received lines without a fault, as the source and first condition of a query that calls them
    `lines`. Each query reads them anew. DuckDB would keep a CTE that several read in memory, whole lines of
    all columns. -#}
{% macro faultless_lines() -%}
    {{ ref('also_bought', 'compared_order_lines') }} as lines where lines.fault is null
{%- endmacro %}
