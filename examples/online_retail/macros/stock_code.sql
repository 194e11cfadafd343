{#- A stock code as the catalogue knows it: 15056bl and 15056BL are one product. -#}
{% macro stock_code() -%}
    upper({{ also_bought.clean_id('"StockCode"') }})
{%- endmacro %}
