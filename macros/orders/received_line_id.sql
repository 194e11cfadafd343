{#- Returns the key of a received line, which people can read: where it came from. -#}
{% macro received_line_id(lines, source='order_source', row='source_row') -%}
    {{ dbt.concat([lines ~ '.' ~ source, "' '", lines ~ '.' ~ row]) }}
{%- endmacro %}
