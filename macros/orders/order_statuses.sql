{#- Returns what may have become of an order. -#}
{% macro order_statuses() %}
    {{ return(['completed', 'cancelled', 'refunded', 'unpaid', 'draft', 'fraudulent']) }}
{% endmacro %}


{#- Returns the condition for one of them. A word that a source uses is none before it is translated. -#}
{% macro is_known_status(expression) %}
    {%- set statuses = [] -%}
    {%- for order_status in also_bought.order_statuses() -%}
        {%- do statuses.append(also_bought.text_literal(order_status)) -%}
    {%- endfor -%}
    {{- return(also_bought.is_one_of(expression, statuses)) -}}
{% endmacro %}
