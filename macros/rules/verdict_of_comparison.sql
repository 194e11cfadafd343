{% macro verdict_of_comparison(user_count, users_with_a_difference, interval_low, interval_high, is_suspect) %}
    {{- adapter.dispatch('verdict_of_comparison', 'also_bought')(
        user_count, users_with_a_difference, interval_low, interval_high, is_suspect
    ) -}}
{% endmacro %}


{% macro default__verdict_of_comparison(
    user_count, users_with_a_difference, interval_low, interval_high, is_suspect
) -%}
    case
        when {{ is_suspect }} then 'suspect: too good'
        when
            coalesce({{ user_count }}, 0) < {{ also_bought.fewest_users_compared() }}
            or {{ users_with_a_difference }} < {{ also_bought.fewest_users_with_a_difference() }}
            then 'not enough data'
        when {{ interval_low }} > 0 then 'better'
        when {{ interval_high }} < 0 then 'worse'
        else 'no difference shown'
    end
{%- endmacro %}
