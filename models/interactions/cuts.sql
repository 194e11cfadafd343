{#- Points in time at which recommendations are made. Cut 0 is production: everything ordered so far.
    The others lie in the past, one evaluation window apart, so that what was recommended then can be
    compared with what was bought next. -#}

with last_order as (

    select cast(max(ordered_at) as date) as last_ordered_on
    from {{ ref('also_bought', 'order_lines') }}
    having max(ordered_at) is not null

),

production as (

    select
        0 as cut_key,
        cast({{ dbt.dateadd('day', 1, 'last_ordered_on') }} as {{ dbt.type_timestamp() }}) as cut_at,
        {{ run_clock() }} as judged_at
    from last_order

),

past as (

    {%- for cut_key in range(1, setting('backtest_cuts') + 1) %}
    select
        {{ cut_key }} as cut_key,
        {{ dbt.dateadd('day', -cut_key * setting('evaluation_days'), 'cut_at') }} as cut_at,
        {{ dbt.dateadd('day', -cut_key * setting('evaluation_days'), 'cut_at') }} as judged_at
    from production
    union all
    {%- endfor %}
    select * from production

)

select
    cast(cut_key as {{ dbt.type_int() }}) as cut_key,
    cast(cut_at as {{ dbt.type_timestamp() }}) as cut_at,
    cast(judged_at as {{ dbt.type_timestamp() }}) as eligibility_judged_at
from past
