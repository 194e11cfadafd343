{% macro is_shared_by_enough(shared_users, buyer_count) %}
    {{- adapter.dispatch('is_shared_by_enough', 'also_bought')(shared_users, buyer_count) -}}
{% endmacro %}


{% macro default__is_shared_by_enough(shared_users, buyer_count) -%}
    100 * {{ shared_users }} >= 8 * {{ buyer_count }}
{%- endmacro %}
