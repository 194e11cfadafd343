{#- What a cut is for, as a condition on a table that carries one: recommendations of today; the figures that are
    reported; trials, which choose the blends. All but production are past. -#}
{% macro is_production(table=none) -%}
    {{ table ~ '.' if table }}cut_key = 0
{%- endmacro %}


{% macro is_reported(table=none) -%}
    {{ table ~ '.' if table }}cut_key = 1
{%- endmacro %}


{% macro is_trial(table=none) -%}
    {{ table ~ '.' if table }}cut_key > 1
{%- endmacro %}


{% macro is_past(table=none) -%}
    {{ table ~ '.' if table }}cut_key > 0
{%- endmacro %}
