{% macro is_test_order(customer_id, product_id) %}
    {{- return(adapter.dispatch('is_test_order', 'also_bought')(customer_id, product_id)) -}}
{% endmacro %}


{% macro default__is_test_order(customer_id, product_id) %}
    {%- set conditions = [] -%}
    {%- for id in (customer_id, product_id) -%}
        {%- for pattern in ('test', 'test-%', 'test@%') -%}
            {%- do conditions.append(also_bought.in_case('lower', id) ~ " like '" ~ pattern ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(conditions | join(' or ')) -}}
{% endmacro %}
