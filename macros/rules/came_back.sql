{#- The verdict reasons of lines by which a customer had a product and gave it back. Where nothing of it was
    kept, it is neither new to that customer nor something to buy again, and is in none of their lists. -#}
{% macro came_back(verdict_reason) -%}
    ({{ adapter.dispatch('came_back', 'also_bought')(verdict_reason) }})
{%- endmacro %}


{% macro default__came_back(verdict_reason) -%}
    {{ verdict_reason }} in ('fully_returned', 'return_matched', 'return_without_purchase', 'order_refunded')
{%- endmacro %}
