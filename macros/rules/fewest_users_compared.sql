{% macro fewest_users_compared() %}
    {{- adapter.dispatch('fewest_users_compared', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_users_compared() -%}
    30
{%- endmacro %}


{% macro fewest_users_with_a_difference() %}
    {{- adapter.dispatch('fewest_users_with_a_difference', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_users_with_a_difference() -%}
    20
{%- endmacro %}


{% macro fewest_users_of_a_group() %}
    {{- adapter.dispatch('fewest_users_of_a_group', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_users_of_a_group() -%}
    20
{%- endmacro %}
