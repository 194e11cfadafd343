{#- The number of users from which a comparison shows anything. -#}
{% macro fewest_users_compared() %}
    {{- adapter.dispatch('fewest_users_compared', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_users_compared() -%}
    30
{%- endmacro %}


{#- Of these, the number of users whose two lists did not do equally well. Of fewer the interval does not hold: where
    nearly all differences are zero, the few that are not decide. -#}
{% macro fewest_users_with_a_difference() %}
    {{- adapter.dispatch('fewest_users_with_a_difference', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_users_with_a_difference() -%}
    20
{%- endmacro %}
