{#- What a household would miss if it were out of stock: no fuel, no coupons, no corrections of the till. -#}
{% macro is_merchandise(department, product_category) -%}
    {{ department }} not in ('FUEL', 'MISCELLANEOUS', 'COUPON')
        and coalesce({{ product_category }}, '') <> 'COUPON/MISC ITEMS'
{%- endmacro %}
