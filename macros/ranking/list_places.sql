{#- The rows of a relation with their places in the list: by score, but what was bought leaves the last places
    of a published list to the best new items until these are as many as the rule `fewest_new_items` asks for.
    The relation has the first rows of each kind (`is_bought`), as many as a list is long. -#}
{% macro list_places(relation, keys, order) -%}
    {%- set fewest_new = also_bought.fewest_new_items() | int -%}
    {%- set most_bought = also_bought.setting('recommendations_per_list') - fewest_new %}
    select
        *,
        row_number() over (
            partition by {{ keys }}
            order by
                case
                    when is_bought and place_of_kind > {{ most_bought }}
                        then greatest(place_by_score, coalesce(place_of_last_needed, 0))
                    else place_by_score
                end,
                case when is_bought then 1 else 0 end,
                place_by_score
        ) as place
    from (
        select
            *,
            max(
                case when not is_bought and place_of_kind <= {{ fewest_new }} then place_by_score end
            ) over (partition by {{ keys }}) as place_of_last_needed
        from (
            select
                *,
                row_number() over (partition by {{ keys }}, is_bought order by {{ order }}) as place_of_kind,
                row_number() over (partition by {{ keys }} order by {{ order }}) as place_by_score
            from {{ relation }}
        ) as placed_by_score
    ) as placed
{%- endmacro %}
