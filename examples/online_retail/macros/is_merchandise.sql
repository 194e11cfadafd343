{#- What the shop sells has a number of five digits, or one of two series with letters. All else is
    postage, fees, vouchers, samples and corrections; so are a voucher and a carriage with a number. -#}
{% macro is_merchandise(product_id) -%}
    {{ also_bought.matches_whole(product_id, '([0-9]{5}|DCGS).*|PADS') }}
        and {{ product_id }} not in ('22016', '23444')
{%- endmacro %}
