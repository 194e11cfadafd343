{#- Per list the first preference among the blends that were not shown to be worse than the best: of several
    trials the best one is partly luck, and the next season another. A learned blend is taken only where it was
    shown to be better than the best of them. -#}

with blends as (

    select * from {{ ref('also_bought', 'blends_by_cut') }}
    where {{ is_production() }}

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
                case
                    when
                        blends.is_learned
                        and blend_trials.behind_best_high < 0
                        and blend_trials.user_count >= {{ fewest_users_compared() }}
                        then 0
                    when blends.is_learned then 3
                    when blend_trials.behind_best_low > 0 then 2
                    else 1
                end,
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
    is_learned,
    {{ signals() | join(',\n    ') }},
    mean_ndcg
from ranked
where rank = 1
