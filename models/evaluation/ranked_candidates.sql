with scored_candidates as (

    select * from {{ ref('also_bought', 'scored_candidates') }}

),

{%- for list, scores in recommenders().items() %}
{%- for recommender, score in scores.items() %}

{{ list }}_by_{{ recommender }} as (

    select
        *,
        '{{ recommender }}' as recommender,
        cast({{ score }} as {{ type_double() }}) as score,
        row_number() over (
            partition by cut_key, user_key
            order by {{ ranking_order(score) }}
        ) as place
    from scored_candidates
    where list = '{{ list }}'

),
{%- endfor %}
{%- endfor %}

ranked as (

    {%- for list, scores in recommenders().items() %}
    {%- set is_last_list = loop.last %}
    {%- for recommender in scores %}
    select * from {{ list }}_by_{{ recommender }}
    where place <= {{ longest_list() }}
    {{ 'union all' if not (is_last_list and loop.last) }}
    {%- endfor %}
    {%- endfor %}

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
