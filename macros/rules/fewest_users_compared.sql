{#- The number of users from which a comparison shows anything. Of fewer the normal approximation of the interval
    does not hold. -#}
{% macro fewest_users_compared() %}
    {{- adapter.dispatch('fewest_users_compared', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_users_compared() -%}
    30
{%- endmacro %}
