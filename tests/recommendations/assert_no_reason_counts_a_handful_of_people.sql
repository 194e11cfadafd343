{%- set handfuls = range(1, fewest_people_named() | int) -%}

-- A small number, in a column or in words, could point at somebody.
select
    user_id,
    item_id,
    reason
from {{ ref('also_bought', 'recommendation_reasons') }}
where
    voting_neighbours < {{ fewest_people_named() }}
    {%- for handful in handfuls %}
    or reason like 'bought by {{ handful }} %'
    {%- endfor %}
union all
select
    item_id as user_id,
    recommended_item_id as item_id,
    reason
from {{ ref('also_bought', 'item_recommendations') }}
where
    shared_users < {{ fewest_people_named() }}
    {%- for handful in handfuls %}
    or reason like 'bought by {{ handful }} %'
    {%- endfor %}
