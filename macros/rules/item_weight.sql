{#- How strongly a user marks an item, as a whole number: similar items are found on these. Each buyer
    counts once, or a few regulars would decide what goes with what. -#}
{% macro item_weight(order_count) %}
    {{- adapter.dispatch('item_weight', 'also_bought')(order_count) -}}
{% endmacro %}


{% macro default__item_weight(order_count) -%}
    cast(case when {{ order_count }} > 0 then 1 end as {{ dbt.type_bigint() }})
{%- endmacro %}
