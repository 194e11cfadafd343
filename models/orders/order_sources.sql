{#- Counted where the staging models yield it, so that a source without a line is seen, and a line that got
    lost on the way would be missed. -#}

{%- set model_names = setting('order_sources') -%}

with models as (

    {%- for model_name in model_names %}
    select '{{ model_name }}' as model_name {{ 'union all' if not loop.last }}
    {%- endfor %}

),

lines as (

    {%- for model_name in model_names %}
    select
        '{{ model_name }}' as model_name,
        order_source,
        ordered_at,
        updated_at,
        -- Of a price that is not known, the currency is of no interest.
        case when unit_price is not null then currency end as currency
    from (
        {{ input_query(model_name, received_order_line_columns(), {'currency': dbt.type_string()}) }}
    ) as received
    where {{ is_retained('ordered_at') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

known as (

    select
        model_name,
        order_source,
        case
            {%- for rule in later_lines().values() %}
            when {{ rule.condition }} then null
            {%- endfor %}
            else currency
        end as currency
    from lines

),

counted as (

    select
        model_name,
        order_source,
        count(*) as received_lines,
        {{ first_text('currency') }} as first_currency,
        {{ last_text('currency') }} as last_currency
    from known
    group by model_name, order_source

),

named as (

    select
        models.model_name,
        coalesce(counted.order_source, models.model_name) as order_source,
        coalesce(counted.received_lines, 0) as received_lines,
        counted.first_currency,
        counted.last_currency
    from models
    left join counted on models.model_name = counted.model_name

)

select * from named
