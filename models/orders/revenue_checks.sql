{{ config(materialized='view') }}

with sources as (

    select * from {{ ref('also_bought', 'order_sources') }}

),

differences as (

    select * from {{ ref('also_bought', 'control_total_differences') }}

),

-- Can revenue be added up? Only sources that name their currencies can tell.
currencies as (

    select
        min(first_currency) as first_currency,
        max(last_currency) as last_currency
    from sources

),

currency as (

    select
        'all' as order_source,
        'currency' as check_name,
        cast(case when first_currency = last_currency then 1 else 2 end as {{ type_double() }}) as found,
        {{ check_state('currency', 'first_currency <> last_currency') }} as state,
        case
            when first_currency = last_currency then {{ sentence('All prices are in {first_currency}.') }}
            else {{ sentence(
                'Prices are in {first_currency} and {last_currency}, and revenue adds them up: convert those of one,
                or leave them null.'
            ) }}
        end as sentence
    from currencies
    where first_currency is not null

),

-- Does finance count the same?
differing_totals as (

    select
        order_source,
        count(*) as total_count,
        count(case when not is_within_tolerance then 1 end) as differing_count
    from differences
    group by order_source

),

control_totals as (

    select
        order_source,
        'control_totals' as check_name,
        cast(differing_count as {{ type_double() }}) as found,
        {{ check_state('control_totals', 'differing_count > 0') }} as state,
        {{ sentence(
            '{differing_count} of {total_count} control totals of {order_source} differ by more than the tolerance;
            see control_total_differences.'
        ) }} as sentence
    from differing_totals

),

checks as (

    select * from currency
    union all
    select * from control_totals

)

select * from checks
