{% macro line_identity(order_has_line_ids) %}
    {{- adapter.dispatch('line_identity', 'also_bought')(order_has_line_ids) -}}
{% endmacro %}


{% macro default__line_identity(order_has_line_ids) -%}
    case when {{ order_has_line_ids }} then order_line_id else product_id end
{%- endmacro %}


{% macro line_version_identity() %}
    {{- adapter.dispatch('line_version_identity', 'also_bought')() -}}
{% endmacro %}


{% macro default__line_version_identity() -%}
    case
        when order_line_id is not null then {{ dbt.concat(["'line '", 'order_line_id']) }}
        else {{ also_bought.text_of_columns(['customer_id', 'quantity', 'unit_price', 'ordered_at']) }}
    end
{%- endmacro %}
