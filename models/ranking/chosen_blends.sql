{#- Per list the first preference among the blends that were not shown to be worse than the best: of several
    trials the best one is partly luck, and the next season another. -#}

with blends as (

    select * from {{ input_model(setting('blends')) }}

),

blend_trials as (

    select * from {{ ref('also_bought', 'blend_trials') }}

),

ranked as (

    select
        blends.*,
        blend_trials.mean_ndcg,
        row_number() over (
            partition by blends.list
            order by
                case when blend_trials.behind_best_low > 0 then 1 else 0 end,
                blends.preference asc
        ) as rank
    from blends
    left join blend_trials
        on blends.list = blend_trials.list
        and blends.blend = blend_trials.blend

)

select
    list,
    blend,
    {{ signals() | join(',\n    ') }},
    mean_ndcg
from ranked
where rank = 1
