with scored_candidates as (

    select
        *,
        0 as order_of_kinds
    from {{ ref('also_bought', 'scored_candidates') }}

),

-- Our list explore in the place of another list: what the user bought comes after all that is new.
explore_first as (

    select
        *,
        case when list = 'explore' then 0 else 1 end as order_of_kinds
    from {{ ref('also_bought', 'scored_candidates') }}
    where list in ('explore', 'buy_again')

),

{%- for list, scores in recommenders().items() %}
{%- for recommender, score in scores.items() %}
{%- set is_our_explore_list = recommender == 'our_explore_list' %}

{{ list }}_by_{{ recommender }} as (

    select
        cut_key,
        user_key,
        '{{ list }}' as list,
        item_key,
        own_order_count,
        order_count,
        recent_order_count,
        order_of_kinds,
        {%- for kind in evidence() %}
        {{ kind }}_points,
        {%- endfor %}
        '{{ recommender }}' as recommender,
        cast({{ score }} as {{ type_double() }}) as score,
        {{ place_of_kind('cut_key, user_key', ranking_order(score)) }} as place_of_kind
    from {{ 'explore_first' if is_our_explore_list else 'scored_candidates' }}
    {%- if not is_our_explore_list %}
    where list = '{{ list }}'
    {%- endif %}

),
{%- endfor %}
{%- endfor %}

first_of_each_kind as (

    {%- for list, scores in recommenders().items() %}
    {%- set is_last_list = loop.last %}
    {%- for recommender in scores %}
    select * from {{ list }}_by_{{ recommender }}
    where place_of_kind <= {{ longest_list() }}
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}

),

ranked as (
    {{ list_places(
        'first_of_each_kind', 'cut_key, user_key, list, recommender',
        'order_of_kinds, ' ~ ranking_order('score')
    ) }}
)

select
    cut_key,
    user_key,
    list,
    recommender,
    cast(place as {{ dbt.type_int() }}) as rank,
    item_key,
    score,
    {%- for kind in evidence() %}
    {{ kind }}_points,
    {%- endfor %}
    own_order_count
from ranked
where place <= {{ longest_list() }}
