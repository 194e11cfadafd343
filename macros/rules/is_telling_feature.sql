{% macro is_telling_feature(product_count, all_products) -%}
    ({{ adapter.dispatch('is_telling_feature', 'also_bought')(product_count, all_products) }})
{%- endmacro %}


{% macro default__is_telling_feature(product_count, all_products) -%}
    {{ product_count }} between 2 and 1000 and 10 * {{ product_count }} <= {{ all_products }}
{%- endmacro %}
