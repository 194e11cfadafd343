{#- The most units that a line may order or return. Beyond it a quantity is no quantity: a phone number or a bar code
    got into the column, and a sum of such could overflow. -#}
{% macro largest_quantity() %}
    {{- adapter.dispatch('largest_quantity', 'also_bought')() -}}
{% endmacro %}


{% macro default__largest_quantity() -%}
    1000000000
{%- endmacro %}
