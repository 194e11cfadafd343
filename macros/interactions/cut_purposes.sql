{#- Return what a cut is for, as a condition on a table that carries one. Production is recommendations of
    today, the reported cut has the figures that are shown, and trials choose the blends. All but production
    are past. -#}
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
