{% macro user_weight(order_count) %}
    {{- adapter.dispatch('user_weight', 'also_bought')(order_count) -}}
{% endmacro %}


{% macro default__user_weight(order_count) -%}
    cast({{ order_count }} as {{ dbt.type_bigint() }})
{%- endmacro %}
