{#- Returns the rows of a relation with their ranks in the list, by score. Bought items leave the last ranks
    of a published list to the best new items, until these are as many as the rule `fewest_new_items` asks
    for. The relation has the first rows of each kind (`is_bought`), as many as a list is long. -#}
{% macro list_ranks(relation, keys, order) -%}
    {%- set fewest_new = also_bought.fewest_new_items() | int -%}
    {%- set most_bought = also_bought.setting('recommendations_per_list') - fewest_new %}
    select
        *,
        row_number() over (
            partition by {{ keys }}
            order by
                case
                    when is_bought and rank_of_kind > {{ most_bought }}
                        then greatest(rank_by_score, coalesce(rank_of_last_needed, 0))
                    else rank_by_score
                end,
                case when is_bought then 1 else 0 end,
                rank_by_score
        ) as rank
    from (
        select
            *,
            max(
                case when not is_bought and rank_of_kind <= {{ fewest_new }} then rank_by_score end
            ) over (partition by {{ keys }}) as rank_of_last_needed
        from (
            select
                *,
                row_number() over (partition by {{ keys }}, is_bought order by {{ order }}) as rank_of_kind,
                row_number() over (partition by {{ keys }} order by {{ order }}) as rank_by_score
            from {{ relation }}
        ) as ranked_by_score
    ) as placed
{%- endmacro %}
