{%- for list, definition in lists().items() %}
{%- set has_new = 'new' in definition.holds %}
{%- set has_bought = 'bought' in definition.holds %}
select
    cast('{{ list }}' as {{ dbt.type_string() }}) as list,
    {{ has_new | string | lower }} as holds_new_items,
    {{ has_bought | string | lower }} as holds_bought_items,
    cast('{{ definition.baselines | first }}' as {{ dbt.type_string() }}) as default_baseline,
    {%- if has_new and has_bought %}
    cast('users who bought something' as {{ dbt.type_string() }}) as judged_users,
    cast('few_items_on_sale' as {{ dbt.type_string() }}) as shortfall_reason
    {%- elif has_new %}
    cast('users who bought something new' as {{ dbt.type_string() }}) as judged_users,
    cast('few_new_items_on_sale' as {{ dbt.type_string() }}) as shortfall_reason
    {%- else %}
    cast('users who bought something again' as {{ dbt.type_string() }}) as judged_users,
    cast('few_bought_items_on_sale' as {{ dbt.type_string() }}) as shortfall_reason
    {%- endif %}
{{ 'union all' if not loop.last }}
{%- endfor %}
