{#- What makes two received lines of one order the same line: the line id where every line of the order
    has one, else the product. Lines of a lower source give way to a higher one that has the line. -#}
{% macro line_identity(order_has_line_ids) %}
    {{- adapter.dispatch('line_identity', 'also_bought')(order_has_line_ids) -}}
{% endmacro %}


{% macro default__line_identity(order_has_line_ids) -%}
    case when {{ order_has_line_ids }} then order_line_id else product_id end
{%- endmacro %}


{#- What makes two lines of one source versions of each other: the line id. Without one, a product on two
    lines with different quantity, price or time is two genuine lines, not two versions. -#}
{% macro line_version_identity() %}
    {{- adapter.dispatch('line_version_identity', 'also_bought')() -}}
{% endmacro %}


{% macro default__line_version_identity() -%}
    case
        when order_line_id is not null then {{ dbt.concat(["'line '", 'order_line_id']) }}
        else {{ also_bought.text_of_columns(['customer_id', 'quantity', 'unit_price', 'ordered_at']) }}
    end
{%- endmacro %}
