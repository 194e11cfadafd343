{#- A stock code as the catalogue knows it: 15056bl and 15056BL are one product. -#}
{% macro stock_code() -%}
    {{ also_bought.clean_id('"StockCode"', letter_case='upper') }}
{%- endmacro %}
