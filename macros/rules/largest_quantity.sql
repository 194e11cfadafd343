{% macro largest_quantity() %}
    {{- adapter.dispatch('largest_quantity', 'also_bought')() -}}
{% endmacro %}


{% macro default__largest_quantity() -%}
    1000000000
{%- endmacro %}
