{#- Sorts text by its bytes, the same on every engine and under every collation. -#}
{% macro byte_order(expression) %}
    {{- adapter.dispatch('byte_order', 'also_bought')(expression) -}}
{% endmacro %}


{% macro default__byte_order(expression) -%}
    {{ expression }}
{%- endmacro %}
