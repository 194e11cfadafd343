{#- Returns the names and types of the columns that a staging model of events yields. -#}
{% macro event_columns() %}
    {{ return({
        'event_source': dbt.type_string(),
        'event_id': dbt.type_string(),
        'customer_id': dbt.type_string(),
        'anonymous_id': dbt.type_string(),
        'product_id': dbt.type_string(),
        'event_type': dbt.type_string(),
        'occurred_at': dbt.type_timestamp(),
    }) }}
{% endmacro %}


{#- Returns the column that it may also yield. -#}
{% macro optional_event_columns() %}
    {{ return({'is_bot': dbt.type_boolean()}) }}
{% endmacro %}
