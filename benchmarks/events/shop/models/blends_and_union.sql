{%- set signals = [
    'own_history', 'user_neighbours', 'item_neighbours', 'item_regression', 'sold_in_week', 'sold_in_fortnight',
    'sold_recently', 'sold_ever'
] -%}

select
    list,
    blend,
    preference,
    {{ signals | join(', ') }},
    0 as plain_union
from {{ ref('also_bought', 'blends') }}
{%- for list in ['explore', 'buy_again', 'for_you'] %}
union all
select
    '{{ list }}' as list,
    'plain_union' as blend,
    99 as preference,
    {% for signal in signals %}0 as {{ signal }}, {% endfor %}
    1 as plain_union
{%- endfor %}
