{#- Per list the blend that did best in the trials; without trials, the one with the first preference. -#}

with blends as (

    select * from {{ ref('blends') }}

),

blend_trials as (

    select * from {{ ref('blend_trials') }}

),

ranked as (

    select
        blends.*,
        blend_trials.mean_ndcg,
        row_number() over (
            partition by blends.list
            order by coalesce(blend_trials.mean_ndcg, 0) desc, blends.preference asc
        ) as place
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
where place = 1
