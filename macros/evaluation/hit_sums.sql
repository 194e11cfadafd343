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
