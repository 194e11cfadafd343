{#- Of all that a signal says, what it says loudest: per user, the top of what the user never bought and the
    top of what the user did. The long tail would make millions of candidates that no list reaches. -#}
{% macro strongest_of_each_list(signal, score, history) %}
    select *
    from (
        select
            {{ signal }}.*,
            row_number() over (
                partition by
                    {{ signal }}.cut_key,
                    {{ signal }}.user_key,
                    case when own.item_key is null then 'explore' else 'buy_again' end
                order by {{ signal }}.{{ score }} desc, {{ signal }}.item_key asc
            ) as place
        from {{ signal }}
        left join {{ history }} as own
            on {{ signal }}.cut_key = own.cut_key
            and {{ signal }}.user_key = own.user_key
            and {{ signal }}.item_key = own.item_key
    ) as placed
    where place <= {{ setting('candidates_per_signal') }}
{% endmacro %}
