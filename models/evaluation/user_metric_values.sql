{#- The metrics of one user's list as rows, whatever they are made of. -#}

with user_metrics as (

    select * from {{ ref('also_bought', 'user_metrics') }}

),

list_traits as (

    select * from {{ ref('also_bought', 'list_traits') }}

),

measured as (

    {%- for metric, definition in ranking_metrics().items() %}
    select
        cut_key,
        user_key,
        list,
        target_set,
        recommender,
        evaluated_ranks,
        '{{ metric }}' as metric,
        {{ definition.column }} as metric_value
    from user_metrics
    union all
    {%- endfor %}
    {%- for trait in ['novelty', 'unavailable'] %}
    -- A list without items shows nothing rare, and nothing unavailable.
    select
        user_metrics.cut_key,
        user_metrics.user_key,
        user_metrics.list,
        user_metrics.target_set,
        user_metrics.recommender,
        user_metrics.evaluated_ranks,
        '{{ trait }}' as metric,
        coalesce(list_traits.{{ trait }}, 0) as metric_value
    from user_metrics
    left join list_traits
        on user_metrics.cut_key = list_traits.cut_key
        and user_metrics.user_key = list_traits.user_key
        and user_metrics.list = list_traits.list
        and user_metrics.recommender = list_traits.recommender
        and user_metrics.evaluated_ranks = list_traits.evaluated_ranks
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from measured
