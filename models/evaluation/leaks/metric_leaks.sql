{#- Do the metrics say what the lists deserve? -#}
{%- set ranks = setting('evaluated_ranks') -%}

with targets as (

    select * from {{ ref('also_bought', 'targets') }}

),

user_metrics as (

    select * from {{ ref('also_bought', 'user_metrics') }}

),

lists as (

    select * from {{ ref('also_bought', 'evaluated_lists') }}
    where rank <= {{ ranks }}

),

ideal_gains as (
    {{ ideal_gains() }}
),

hits_recounted as (

    select
        lists.cut_key,
        lists.list,
        lists.recommender,
        count(*) as hit_count
    from lists
    inner join targets
        on lists.cut_key = targets.cut_key
        and lists.user_key = targets.user_key
        and lists.list = targets.list
        and lists.item_key = targets.item_key
    group by lists.cut_key, lists.list, lists.recommender

),

hits_measured as (

    select
        cut_key,
        list,
        recommender,
        round({{ exact_sum('recall * target_count') }}) as hit_count
    from user_metrics
    where
        target_set = 'period'
        and evaluated_ranks = {{ ranks }}
    group by cut_key, list, recommender

),

hits_miscounted as (

    select sum(abs(hits_measured.hit_count - coalesce(hits_recounted.hit_count, 0))) as found
    from hits_measured
    left join hits_recounted
        on hits_measured.cut_key = hits_recounted.cut_key
        and hits_measured.list = hits_recounted.list
        and hits_measured.recommender = hits_recounted.recommender

),

perfect_list_misjudged as (

    select count(*) as found
    from user_metrics
    where
        recommender = 'oracle'
        and (
            abs(ndcg - 1) > 0.000000001
            or abs(average_precision - 1) > 0.000000001
            or reciprocal_rank <> 1
            or hit <> 1
            or abs(recall * target_count - least(target_count, evaluated_ranks)) > 0.000000001
            or abs(list_precision * evaluated_ranks - least(target_count, evaluated_ranks)) > 0.000000001
        )

),

ndcg_above_its_hits as (

    select count(*) as found
    from user_metrics
    inner join ideal_gains as reachable
        on least(user_metrics.target_count, user_metrics.evaluated_ranks) = reachable.reachable_hits
    left join ideal_gains as reached on user_metrics.hit_count = reached.reachable_hits
    where
        user_metrics.ndcg
        > coalesce(reached.ideal_gain, 0) / reachable.ideal_gain + 0.000000001

),

findings as (
    {{ counted_leaks(['hits_miscounted', 'perfect_list_misjudged', 'ndcg_above_its_hits']) }}
)

select * from findings
