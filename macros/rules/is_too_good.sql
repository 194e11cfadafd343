{% macro is_too_good(user_count, difference_low, baseline_mean) -%}
    ({{ adapter.dispatch('is_too_good', 'also_bought')(user_count, difference_low, baseline_mean) }})
{%- endmacro %}


{% macro default__is_too_good(user_count, difference_low, baseline_mean) -%}
    {{ user_count }} >= {{ also_bought.fewest_users_compared() }}
    and {{ difference_low }} > 0.1
    and {{ difference_low }} > 0.5 * (1 - {{ baseline_mean }})
{%- endmacro %}


{% macro is_too_good_for_a_stranger(user_count, difference_low, baseline_mean) -%}
    ({{ adapter.dispatch('is_too_good_for_a_stranger', 'also_bought')(
        user_count, difference_low, baseline_mean
    ) }})
{%- endmacro %}


{% macro default__is_too_good_for_a_stranger(user_count, difference_low, baseline_mean) -%}
    {{ user_count }} >= {{ also_bought.fewest_users_compared() }}
    and {{ difference_low }} > 0.02
    and {{ difference_low }} > {{ baseline_mean }}
{%- endmacro %}
