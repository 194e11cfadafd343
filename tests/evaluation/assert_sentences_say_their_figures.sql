-- Who quotes a sentence quotes the figures of its row.
with figures as (

    select
        figures.series_key as said_of,
        figures.sentence,
        {{ figure_sentence() }} as expected
    from {{ ref('also_bought', 'recommendation_figures') }} as figures
    inner join {{ ref('also_bought', 'recommendation_metrics') }} as metrics
        on figures.evaluation_number = metrics.evaluation_number
        and figures.series_key = metrics.series_key
    inner join {{ ref('also_bought', 'metric_definitions') }} as definitions
        on metrics.metric = definitions.metric

),

verdicts as (

    select
        list as said_of,
        sentence,
        {{ sentence(
            '{verdict}%{best}, the best baseline: NDCG@% differs by {difference} (95% interval {low} to {high})
            from {ndcg}. Compared are {user_count} %. Published: {published}.',
            verdict="case verdict when 'better' then 'Better than' when 'worse' then 'Worse than'"
            ~ " else 'No difference shown, which does not mean equal, from' end",
            best=recommender_in_words('best_baseline'),
            difference=rounded_text('ndcg_difference'),
            low=rounded_text('interval_low'),
            high=rounded_text('interval_high'),
            ndcg=rounded_text('baseline_ndcg'),
            published="case verdict when 'better' then 'our list' else "
            ~ recommender_in_words('published_recommender') ~ " end"
        ) }} as expected
    from {{ ref('also_bought', 'recommendation_verdicts') }}
    where verdict in ('better', 'worse', 'no difference shown')

)

select * from figures
where sentence is distinct from expected
union all
select * from verdicts
where not coalesce(sentence like expected, false)
