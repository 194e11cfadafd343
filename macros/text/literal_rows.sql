{#- Returns the query of some rows that stand in a macro: a list of mappings of column to text, number or boolean. -#}
{% macro literal_rows(rows) -%}
    {%- for row in rows %}
    select
        {%- for name, value in row.items() %}
        {{ value | string | lower if value is boolean or value is number else also_bought.sentence(value) }} as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
