{#- The key of a received line, which people can read: where it came from. -#}
{% macro received_line_id(lines) -%}
    {{ dbt.concat([lines ~ '.order_source', "' '", lines ~ '.source_row']) }}
{%- endmacro %}
