{#- How well each signal alone foresees what was bought: of any signal, also of a shop's own, that says
    whether it knows the answers. -#}
{%- set ranks = setting('evaluated_ranks') -%}

with candidates as (

    select
        candidates.*,
        popularity.recent_buyer_count,
        popularity.capped_order_count
    from {{ ref('also_bought', 'candidates') }} as candidates
    inner join {{ ref('also_bought', 'item_popularity') }} as popularity
        on candidates.cut_key = popularity.cut_key
        and candidates.item_key = popularity.item_key
    where {{ is_reported('candidates') }} and candidates.signal <> 'top_sellers'

),

targets as (

    select * from {{ ref('also_bought', 'targets') }}

),

users_judged as (

    select
        cut_key,
        user_key,
        list,
        target_count
    from {{ ref('also_bought', 'user_metrics') }}
    where target_set = 'period' and evaluated_ranks = {{ ranks }} and recommender = 'also_bought'

),

list_kinds as (
    {{ list_kinds() }}
),

ideal_gains as (
    {{ ideal_gains() }}
),

first_of_each_kind as (
    {{ first_items('candidates', 'signal, cut_key, user_key, is_bought', 'score', ranks) }}
),

ranked as (

    select
        first_of_each_kind.*,
        list_kinds.list,
        row_number() over (
            partition by
                first_of_each_kind.signal,
                first_of_each_kind.cut_key,
                first_of_each_kind.user_key,
                list_kinds.list
            order by {{ ranking_order('score') }}
        ) as signal_rank
    from first_of_each_kind
    inner join list_kinds on first_of_each_kind.is_bought = list_kinds.is_bought

),

gains as (

    select
        ranked.signal,
        ranked.cut_key,
        ranked.user_key,
        ranked.list,
        {{ discounted_gain('ranked.signal_rank') }} as discounted_gain
    from ranked
    inner join targets
        on ranked.cut_key = targets.cut_key
        and ranked.user_key = targets.user_key
        and ranked.list = targets.list
        and ranked.item_key = targets.item_key
    where ranked.signal_rank <= {{ ranks }}
    group by ranked.signal, ranked.cut_key, ranked.user_key, ranked.list

),

signals_of_lists as (

    select distinct
        cut_key,
        list,
        signal
    from ranked

),

-- Who found nothing by a signal counts with zero.
measured as (

    select
        users_judged.cut_key,
        users_judged.user_key,
        users_judged.list,
        signals_of_lists.signal,
        {{ ranking_metrics().ndcg.value }} as ndcg
    from users_judged
    inner join signals_of_lists
        on users_judged.cut_key = signals_of_lists.cut_key
        and users_judged.list = signals_of_lists.list
    inner join ideal_gains
        on least(users_judged.target_count, {{ ranks }}) = ideal_gains.reachable_hits
    left join gains
        on signals_of_lists.signal = gains.signal
        and users_judged.cut_key = gains.cut_key
        and users_judged.user_key = gains.user_key
        and users_judged.list = gains.list

)

select * from measured
