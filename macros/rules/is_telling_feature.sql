{% macro is_telling_feature(product_count, all_products) -%}
    ({{ adapter.dispatch('is_telling_feature', 'also_bought')(product_count, all_products) }})
{%- endmacro %}


{% macro default__is_telling_feature(product_count, all_products) -%}
    {{ product_count }} > 1 and 10 * {{ product_count }} <= {{ all_products }}
{%- endmacro %}
