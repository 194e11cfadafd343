{#- Groups are only compared: nothing that ranks reads them. -#}

with judged_lists as (

    select * from {{ ref('also_bought', 'user_metrics') }}
    where
        {{ is_reported() }}
        and target_set = 'period'
        and evaluated_ranks = {{ setting('evaluated_ranks') }}

),

verdicts as (

    select * from {{ ref('also_bought', 'recommendation_verdicts') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

judged as (

    select
        judged_lists.list,
        judged_lists.recommender,
        accounts.customer_group,
        judged_lists.ndcg
    from judged_lists
    inner join verdicts
        on judged_lists.list = verdicts.list
        and judged_lists.recommender = verdicts.published_recommender
    inner join users on judged_lists.user_key = users.user_key
    inner join accounts on users.user_id = accounts.customer_id
    where accounts.customer_group is not null

),

of_groups as (

    select
        list,
        recommender,
        customer_group,
        count(*) as user_count,
        {{ exact_sum('ndcg', decimals=15) }} as total,
        {{ exact_sum('ndcg * ndcg', decimals=15) }} as squares
    from judged
    group by list, recommender, customer_group

),

everybody as (

    select
        list,
        count(*) as user_count,
        {{ exact_sum('ndcg', decimals=15) }} as total,
        {{ exact_sum('ndcg * ndcg', decimals=15) }} as squares
    from judged
    group by list

),

compared as (

    select
        of_groups.*,
        everybody.user_count - of_groups.user_count as other_user_count,
        everybody.total - of_groups.total as other_total,
        everybody.squares - of_groups.squares as other_squares
    from of_groups
    inner join everybody on of_groups.list = everybody.list

)

select
    list,
    customer_group,
    recommender,
    user_count,
    other_user_count,
    total / user_count as ndcg,
    other_total / other_user_count as other_ndcg,
    {{ difference_between_groups(
        {'users': 'user_count', 'total': 'total', 'squares': 'squares'},
        {'users': 'other_user_count', 'total': 'other_total', 'squares': 'other_squares'}
    ) }}
from compared
where
    least(user_count, other_user_count)
    >= greatest({{ fewest_users_of_a_group() }}, {{ fewest_people_named() }})
