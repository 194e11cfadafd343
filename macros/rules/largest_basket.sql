{% macro largest_basket() %}
    {{- return(adapter.dispatch('largest_basket', 'also_bought')() | int) -}}
{% endmacro %}


{% macro default__largest_basket() -%}
    100
{%- endmacro %}
