{#- Returns what each metric is for one user, from what `hit_sums` sums up: {metric: the column of
    user_metrics and its value}. The figures known by the metric's name are means over users. -#}
{% macro ranking_metrics() %}
    {%- set hit_count = "cast(coalesce(hit_count, 0) as " ~ also_bought.type_double() ~ ")" -%}
    {{ return({
        'recall': {'column': 'recall', 'value': hit_count ~ ' / target_count'},
        'precision': {'column': 'list_precision', 'value': hit_count ~ ' / evaluated_ranks'},
        'ndcg': {'column': 'ndcg', 'value': 'coalesce(discounted_gain, 0) / ideal_gain'},
        'map': {'column': 'average_precision', 'value': 'coalesce(summed_precision, 0) / reachable_hits'},
        'mrr': {'column': 'reciprocal_rank', 'value': "coalesce(cast(1 as " ~ also_bought.type_double() ~ ") / first_hit_rank, 0)"},
        'hit_rate': {'column': 'hit', 'value': 'cast(case when hit_count > 0 then 1 else 0 end as ' ~ also_bought.type_double() ~ ')'},
    }) }}
{% endmacro %}


{#- Returns the sums over the hits of one list that metrics are made of. -#}
{% macro hit_sums(rank, hits_so_far) -%}
    count(*) as hit_count,
        {{ also_bought.discounted_gain(rank) }} as discounted_gain,
        {{ also_bought.exact_sum('cast(' ~ hits_so_far ~ ' as ' ~ also_bought.type_double() ~ ') / ' ~ rank, decimals=15) }}
            as summed_precision,
        min({{ rank }}) as first_hit_rank
{%- endmacro %}


{#- Returns the gain of a list: its hits, each discounted by its rank. -#}
{% macro discounted_gain(rank) -%}
    {{ also_bought.exact_sum(also_bought.rank_discount(rank), decimals=15) }}
{%- endmacro %}
