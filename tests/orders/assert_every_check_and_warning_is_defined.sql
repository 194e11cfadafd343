with named as (

    select
        check_name,
        'check' as kind
    from {{ ref('also_bought', 'order_checks') }}
    union all
    select
        warning as check_name,
        'warning' as kind
    from {{ ref('also_bought', 'order_warnings') }}

)

select named.*
from named
left join {{ ref('also_bought', 'order_check_definitions') }} as definitions
    on named.check_name = definitions.check_name
    and named.kind = definitions.kind
where definitions.check_name is null
