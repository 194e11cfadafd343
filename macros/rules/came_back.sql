{% macro came_back(verdict_reason) -%}
    ({{ adapter.dispatch('came_back', 'also_bought')(verdict_reason) }})
{%- endmacro %}


{% macro default__came_back(verdict_reason) -%}
    {{ verdict_reason }} in ('fully_returned', 'return_matched', 'return_without_purchase', 'order_refunded')
{%- endmacro %}
