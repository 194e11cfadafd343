{% macro item_weight(user_item_count, item_count) %}
    {{- adapter.dispatch('item_weight', 'also_bought')(user_item_count, item_count) -}}
{% endmacro %}


{% macro default__item_weight(user_item_count, item_count) -%}
    cast(
        floor(100 * power(ln(1 + cast({{ item_count }} as {{ also_bought.type_double() }}) / {{ user_item_count }}), 2) + 0.5)
        as {{ dbt.type_bigint() }}
    )
{%- endmacro %}
