{#- Before anything is stored: of those who asked to be forgotten no id remains, nor of a device that they
    have used. -#}
{{ config(materialized='view', enabled=setting('event_sources') is not none) }}

with received as (

    {%- for model_name in setting('event_sources') or [] %}
    {%- do check_input_columns(
        model_name, event_columns() | list, 'event_sources', optional_event_columns() | list
    ) %}
    select *
    from (
        {{ input_query(model_name, event_columns(), optional_event_columns()) }}
    ) as typed_events
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

accounts as (

    select * from {{ ref('also_bought', 'customer_accounts') }}

),

typed as (

    select
        *,
        -- Accounts are cleaned too: a blank behind an id must not keep who asked to be forgotten.
        {{ clean_id('customer_id', null_words=[]) }} as account_id
    from received

),

named as (

    select
        typed.event_source,
        typed.event_id,
        typed.anonymous_id,
        typed.product_id,
        typed.event_type,
        typed.occurred_at,
        coalesce(typed.is_bot, false) as is_bot,
        coalesce(accounts.merged_customer_id, typed.customer_id) as customer_id,
        coalesce(accounts.is_erased, false) as is_erased
    from typed
    left join accounts on typed.account_id = accounts.customer_id
    where {{ is_retained('typed.occurred_at') }}

),

-- A device is one customer's where nobody else ever logged in on it. Of a shared one nobody knows who looked.
devices as (

    select
        event_source,
        anonymous_id,
        case when count(distinct customer_id) = 1 then min(customer_id) end as customer_id,
        min(occurred_at) as first_login_at,
        max(case when is_erased then 1 else 0 end) = 1 as is_erased
    from named
    where
        anonymous_id is not null
        and customer_id is not null
        and {{ 'true' if setting('as_of') is none else 'occurred_at <= ' ~ run_clock() }}
    group by event_source, anonymous_id

),

joined as (

    select
        named.*,
        devices.customer_id as device_customer_id,
        devices.first_login_at,
        named.is_erased or (named.customer_id is null and coalesce(devices.is_erased, false)) as is_of_erased
    from named
    left join devices
        on named.event_source = devices.event_source
        and named.anonymous_id = devices.anonymous_id

),

known as (

    select
        event_source,
        event_type,
        occurred_at,
        is_bot,
        is_of_erased as is_erased,
        {%- for name in ['event_id', 'anonymous_id', 'product_id'] %}
        case when not is_of_erased then {{ name }} end as {{ name }},
        {%- endfor %}
        case when not is_of_erased then coalesce(customer_id, device_customer_id) end as customer_id,
        -- The past of a device is its customer's from the first login on, and not before.
        case
            when customer_id is null and device_customer_id is not null
                then greatest(occurred_at, first_login_at)
            else occurred_at
        end as known_at
    from joined

)

select * from known
