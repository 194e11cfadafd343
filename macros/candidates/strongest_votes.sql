{#- What each user's voters vote for, summed, and of that the strongest items: of those the user bought and of
    those the user did not. The readable reference of also_bought/votes.py, and the engine where no Python
    model runs. `voters` has cut_key, user_key, voter_key, strength; `ballots` has cut_key, voter_key,
    item_key, strength; both strengths are whole numbers. -#}
{% macro strongest_votes(voters, ballots, history) %}

votes as (

    select
        {{ voters }}.cut_key,
        {{ voters }}.user_key,
        {{ ballots }}.item_key,
        cast(sum({{ voters }}.strength * {{ ballots }}.strength) as {{ dbt.type_bigint() }})
            as vote_score
    from {{ voters }}
    inner join {{ ballots }}
        on {{ voters }}.cut_key = {{ ballots }}.cut_key
        and {{ voters }}.voter_key = {{ ballots }}.voter_key
    group by {{ voters }}.cut_key, {{ voters }}.user_key, {{ ballots }}.item_key

),

placed as (

    select
        votes.*,
        row_number() over (
            partition by
                votes.cut_key,
                votes.user_key,
                case when owned.item_key is null then 0 else 1 end
            order by votes.vote_score desc, votes.item_key asc
        ) as place
    from votes
    left join {{ history }} as owned
        on votes.cut_key = owned.cut_key
        and votes.user_key = owned.user_key
        and votes.item_key = owned.item_key
    where votes.vote_score > 0

)

select
    cut_key,
    user_key,
    item_key,
    vote_score
from placed
where place <= {{ also_bought.setting('candidates_per_signal') }}

{% endmacro %}
