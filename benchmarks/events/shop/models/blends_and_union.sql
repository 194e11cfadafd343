{%- set signals = also_bought.blended_signals() | reject('equalto', 'plain_union') | list -%}

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
