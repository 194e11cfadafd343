with scored_candidates as (

    select
        *,
        own_order_count > 0 as is_bought
    from {{ ref('also_bought', 'scored_candidates') }}

),

{%- for list, scores in recommenders().items() %}
{%- for recommender, score in scores.items() %}
{%- set scored_lists = "'explore', 'buy_again'" if recommender == 'our_explore_list' else "'" ~ list ~ "'" %}

{{ list }}_by_{{ recommender }} as (
    {{ first_items(
        'scored_candidates', 'cut_key, user_key, list, is_bought', score, longest_list(),
        condition='list in (' ~ scored_lists ~ ')'
    ) }}
),
{%- endfor %}
{%- endfor %}

first_of_each_kind as (

    {%- for list, scores in recommenders().items() %}
    {%- set is_last_list = loop.last %}
    {%- for recommender in scores %}
    select
        *,
        '{{ list }}' as ranked_list,
        '{{ recommender }}' as recommender
    from {{ list }}_by_{{ recommender }}
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}

),

-- Our list explore in the place of another list: what the user bought comes after all that is new.
ranked as (
    {{ list_places(
        'first_of_each_kind', 'cut_key, user_key, ranked_list, recommender',
        "case when is_bought and recommender = 'our_explore_list' then 1 else 0 end, " ~ ranking_order('score')
    ) }}
)

select
    ranked.cut_key,
    ranked.user_key,
    ranked.ranked_list as list,
    ranked.recommender,
    cast(ranked.place as {{ dbt.type_int() }}) as rank,
    ranked.item_key,
    ranked.score,
    {%- for kind in evidence() %}
    scored_candidates.{{ kind }}_points,
    {%- endfor %}
    scored_candidates.own_order_count
from ranked
inner join scored_candidates
    on ranked.cut_key = scored_candidates.cut_key
    and ranked.user_key = scored_candidates.user_key
    and ranked.list = scored_candidates.list
    and ranked.item_key = scored_candidates.item_key
where ranked.place <= {{ longest_list() }}
