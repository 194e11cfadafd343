{#- Returns a query of the first `n` items of each group by a score. `relation` has the columns of `groups`
    and those of `ranking_order`; the rows keep them, and have the score as `score`. DuckDB keeps the first n
    of a group while it reads, and compares fields in the order of `ranking_order`. A window would sort all
    candidates to throw nearly all of them away. A score is taken from 0, since the negative of 0 is another
    0. -#}
{% macro first_items(relation, groups, score, n, condition='true') %}
    {{- adapter.dispatch('first_items', 'also_bought')(relation, groups, score, n, condition) -}}
{% endmacro %}


{% macro default__first_items(relation, groups, score, n, condition) %}
    select
        {{ groups }},
        item_key,
        recent_buyer_count,
        capped_order_count,
        score
    from (
        select
            {{ groups }},
            item_key,
            recent_buyer_count,
            capped_order_count,
            cast({{ score }} as {{ also_bought.type_double() }}) as score,
            row_number() over (partition by {{ groups }} order by {{ also_bought.ranking_order(score) }}) as rank
        from {{ relation }}
        where {{ condition }}
    ) as placed_items
    where rank <= {{ n }}
{% endmacro %}


{% macro duckdb__first_items(relation, groups, score, n, condition) %}
    select
        {{ groups }},
        items.item_key,
        -items.fewer_recent_buyers as recent_buyer_count,
        -items.fewer_orders as capped_order_count,
        0 - items.lower_score as score
    from (
        select
            {{ groups }},
            unnest(min({
                'lower_score': 0 - cast({{ score }} as double),
                'fewer_recent_buyers': -recent_buyer_count,
                'fewer_orders': -capped_order_count,
                'item_key': item_key
            }, {{ n }})) as items
        from {{ relation }}
        where {{ condition }}
        group by {{ groups }}
    ) as first_items
{% endmacro %}
