{#- Returns the query of how many items each user bought after each cut, of those that a list may hold. `targets` is a
    relation; `keys` are the columns that it is counted by. -#}
{% macro target_counts(targets, keys='cut_key, user_key, list') %}
    select
        {{ keys }},
        count(*) as target_count
    from {{ targets }}
    group by {{ keys }}
{% endmacro %}
