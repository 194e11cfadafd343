{%- set accepted = setting('accepted_checks') -%}

with verdicts as (

    select * from {{ ref('also_bought', 'daily_verdicts') }}
    where verdict <> 'later'

),

differences as (

    select * from {{ ref('also_bought', 'control_total_differences') }}

),

sources as (

    select * from {{ ref('also_bought', 'order_sources') }}

),

line_counts as (

    select
        cast(
            coalesce(sum(case when verdict = 'kept' then line_count else 0 end), 0) as {{ dbt.type_bigint() }}
        ) as kept_count,
        cast(coalesce(sum(line_count), 0) as {{ dbt.type_bigint() }}) as received_count
    from verdicts

),

not_kept as (

    select
        verdict,
        verdict_reason,
        cast(sum(line_count) as {{ dbt.type_bigint() }}) as line_count
    from verdicts
    where verdict <> 'kept'
    group by verdict, verdict_reason

),

not_kept_ranked as (

    select
        {{ dbt.concat([
            "': '", as_text('line_count'), "' are '", 'verdict', "', for '", 'verdict_reason'
        ]) }} as sentence,
        row_number() over (
            order by
                line_count desc, {{ byte_order('verdict') }}, {{ byte_order('verdict_reason') }}
        ) as place
    from not_kept

),

-- Is there anything to recommend from?
usable_orders as (

    select
        'all' as order_source,
        'usable_orders' as check_name,
        cast(line_counts.kept_count as {{ type_double() }}) as found,
        {{ check_state('usable_orders', 'line_counts.kept_count = 0') }} as state,
        {{ dbt.concat([
            as_text('line_counts.kept_count'), "' of '", as_text('line_counts.received_count'),
            "' received order lines can be counted'",
            "coalesce(not_kept_ranked.sentence, '')", "'.'"
        ]) }} as sentence
    from line_counts
    left join not_kept_ranked on not_kept_ranked.place = 1 and line_counts.kept_count = 0

),

-- Is a table rejected as a whole, because its staging model reads it wrongly?
reasons as (

    select
        order_source,
        verdict,
        verdict_reason,
        sum(line_count) as line_count
    from verdicts
    group by order_source, verdict, verdict_reason

),

reasons_ranked as (

    select
        *,
        row_number() over (
            partition by order_source
            order by
                case when verdict = 'rejected' then line_count else 0 end desc,
                {{ byte_order('verdict_reason') }} asc nulls last
        ) as place,
        sum(case when verdict = 'rejected' then line_count else 0 end)
            over (partition by order_source) as rejected_count,
        sum(line_count) over (partition by order_source) as received_count
    from reasons

),

rejected_shares as (

    select
        order_source,
        verdict_reason,
        cast(rejected_count as {{ type_double() }}) / received_count as rejected_share
    from reasons_ranked
    where place = 1

),

rejected_lines as (

    select
        order_source,
        'rejected_lines' as check_name,
        rejected_share as found,
        {{ check_state('rejected_lines', 'rejected_share > ' ~ setting('max_rejected_share')) }} as state,
        case
            when rejected_share = 0
                then {{ dbt.concat(["'No line of '", 'order_source', "' is rejected.'"]) }}
            else {{ dbt.concat([
                percentage('rejected_share'), "' % of the lines of '", 'order_source',
                "' are rejected, most for '", 'verdict_reason', "'; at most '",
                percentage(setting('max_rejected_share')), "' % may be.'"
            ]) }}
        end as sentence
    from rejected_shares

),

-- Do orders still come?
freshness as (

    select * from {{ ref('also_bought', 'freshness_checks') }}

),

-- Do as many come as usual?
volume as (

    select * from {{ ref('also_bought', 'volume_checks') }}

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
            when first_currency = last_currency
                then {{ dbt.concat(["'All prices are in '", 'first_currency', "'.'"]) }}
            else {{ dbt.concat([
                "'Prices are in '", 'first_currency', "' and '", 'last_currency',
                "', and revenue adds them up: convert those of one, or leave them null.'"
            ]) }}
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
        {{ dbt.concat([
            as_text('differing_count'), "' of '", as_text('total_count'), "' control totals of '", 'order_source',
            "' differ by more than the tolerance; see control_total_differences.'"
        ]) }} as sentence
    from differing_totals

),

checks as (

    {%- for check in setting_definitions().stopping_checks.choices %}
    select
        order_source,
        check_name,
        found,
        state,
        sentence
    from {{ check }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    *,
    case
        when state <> 'accepted' then cast(null as {{ dbt.type_string() }})
        {%- for check, reason in accepted.items() %}
        when check_name = '{{ check }}' then '{{ reason }}'
        {%- endfor %}
    end as accepted_because
from checks
