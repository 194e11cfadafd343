with checks as (

    select * from {{ ref('also_bought', 'rejection_checks') }}
    union all
    select * from {{ ref('also_bought', 'grain_checks') }}
    union all
    select * from {{ ref('also_bought', 'revenue_checks') }}
    union all
    select * from {{ ref('also_bought', 'freshness_checks') }}
    union all
    select * from {{ ref('also_bought', 'volume_checks') }}
    {%- for model_name in setting('checks') or [] %}
    {%- set check_name = model_name.split('.') | last %}
    {%- do check_input_columns(model_name, ['order_source', 'found', 'is_wrong', 'sentence'], 'checks') %}
    {%- do check_input_types(model_name, {'found': 'number', 'is_wrong': 'boolean'}) %}
    union all
    select
        cast(order_source as {{ dbt.type_string() }}) as order_source,
        '{{ check_name }}' as check_name,
        cast(found as {{ type_double() }}) as found,
        {{ check_state(check_name, 'coalesce(is_wrong, true)') }} as state,
        cast(sentence as {{ dbt.type_string() }}) as sentence
    from {{ input_model(model_name) }}
    {%- endfor %}

)

select
    *,
    case
        when state <> 'accepted' then cast(null as {{ dbt.type_string() }})
        {%- for check, reason in setting('accepted_checks').items() %}
        when check_name = '{{ check }}' then '{{ reason }}'
        {%- endfor %}
    end as accepted_because
from checks
