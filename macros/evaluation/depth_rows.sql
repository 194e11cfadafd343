{#- Returns the evaluated depths, a row each. -#}
{% macro depth_rows() %}
    {%- for depth in also_bought.evaluated_depths() %}
    select {{ depth }} as evaluated_ranks {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
