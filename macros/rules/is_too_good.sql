{#- When a list is better than honest lists are. On open data of real shops the best methods known close a
    twentieth of what the best baseline misses of a perfect NDCG; who surely closes more than half of it, and by
    a tenth at least, has seen the answers until somebody shows otherwise. -#}
{% macro is_too_good(user_count, difference_low, baseline_mean) -%}
    ({{ adapter.dispatch('is_too_good', 'also_bought')(user_count, difference_low, baseline_mean) }})
{%- endmacro %}


{% macro default__is_too_good(user_count, difference_low, baseline_mean) -%}
    {{ user_count }} >= {{ also_bought.fewest_users_compared() }}
    and {{ difference_low }} > 0.1
    and {{ difference_low }} > 0.5 * (1 - {{ baseline_mean }})
{%- endmacro %}


{#- The list of another user knows the shop but not this user, and should do about as well as top sellers. Where
    it is surely more than twice as good as the better of them, the list knows what will sell. -#}
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
