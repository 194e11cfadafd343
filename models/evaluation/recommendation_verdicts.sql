{#- On the latest past cut, our list against the best of its baselines, user by user. -#}

with user_metrics as (

    select * from {{ ref('user_metrics') }}

),

lists as (

    {%- for list, scores in recommenders().items() %}
    select
        '{{ list }}' as list,
        '{{ scores | reject('equalto', 'also_bought') | first }}' as default_baseline
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

baseline_means as (

    select
        list,
        recommender,
        {{ exact_sum('ndcg', decimals=15) }} / count(*) as mean_ndcg
    from user_metrics
    where recommender <> 'also_bought'
    group by list, recommender

),

baselines_ranked as (

    select
        *,
        row_number() over (
            partition by list
            order by mean_ndcg desc, recommender asc
        ) as place
    from baseline_means

),

best_baselines as (

    select
        list,
        recommender,
        mean_ndcg
    from baselines_ranked
    where place = 1

),

differences as (

    select
        ours.list,
        ours.ndcg - theirs.ndcg as difference
    from user_metrics as ours
    inner join best_baselines on ours.list = best_baselines.list
    inner join user_metrics as theirs
        on ours.user_key = theirs.user_key
        and ours.list = theirs.list
        and best_baselines.recommender = theirs.recommender
    where ours.recommender = 'also_bought'

),

summarised as (

    select
        list,
        count(*) as user_count,
        {{ mean_with_interval('difference') }}
    from differences
    group by list

),

judged as (

    select
        lists.list,
        coalesce(best_baselines.recommender, lists.default_baseline) as best_baseline,
        best_baselines.mean_ndcg as baseline_ndcg,
        coalesce(summarised.user_count, 0) as user_count,
        summarised.mean as ndcg_difference,
        summarised.interval_low,
        summarised.interval_high,
        {{ verdict_of_comparison(
            'summarised.user_count', 'summarised.interval_low', 'summarised.interval_high'
        ) }} as verdict
    from lists
    left join best_baselines on lists.list = best_baselines.list
    left join summarised on lists.list = summarised.list

),

explained as (

    select
        list,
        verdict,
        {{ verdict_sentence() }} as sentence,
        case when verdict = 'better' then 'also_bought' else best_baseline end
            as published_recommender,
        best_baseline,
        baseline_ndcg,
        ndcg_difference,
        interval_low,
        interval_high,
        user_count
    from judged

)

select * from explained
