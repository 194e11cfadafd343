{#- A hash of all that decides how lists of past cuts do: the code, the vars, and what is known of the days before
    the last of them is judged. -#}
{{ config(enabled=setting('weekly_evaluation')) }}

{#- By relation: whose rows are hashed together, and what of them. -#}
{%- set parts = {
    'cuts': ('cut_key', ['cut_at', 'window_days']),
    'purchases': ('user_key', ['item_key', 'ordered_at', 'unit_count']),
    'known_returns': ('user_key', ['item_key', 'first_known_at']),
    'on_sale': ('cut_key', ['item_key']),
    'judged_items': ('item_key', ['category', 'is_catalogue_dated']),
} -%}
{%- if setting('event_sources') is not none -%}
{%- do parts.update({'known_events': ('customer_id', ['item_id', 'event_type', 'occurred_at', 'known_at'])}) -%}
{%- endif -%}
{%- for signal in setting('signals') -%}
{%- do parts.update({signal: ('user_id', ['cut_key', 'item_id', 'score'])}) -%}
{%- endfor %}

with cuts as (

    select * from {{ ref('also_bought', 'cuts') }}
    where {{ is_past() }}

),

last_days as (

    select
        max(cut_at) as last_cut_at,
        max(window_ends_at) as judged_until
    from cuts

),

purchases as (

    select orders.*
    from {{ ref('also_bought', 'user_item_orders') }} as orders
    inner join last_days on orders.ordered_at < last_days.judged_until
    where orders.ordered_at <= {{ run_clock() }}

),

known_returns as (

    select returned.*
    from {{ ref('also_bought', 'user_item_returns') }} as returned
    inner join last_days on returned.first_known_at < last_days.last_cut_at

),

-- What is stale hangs on whether the catalogue says of any product when it leaves.
judged_items as (

    select
        items.item_key,
        catalogue.category,
        (select count(dated.discontinued_on) > 0 from {{ ref('also_bought', 'items') }} as dated) as is_catalogue_dated
    from {{ ref('also_bought', 'items') }} as items
    inner join {{ ref('also_bought', 'catalogue') }} as catalogue on items.item_id = catalogue.product_id
    where items.item_key in (select purchases.item_key from purchases)

),

on_sale as (

    select on_sale.*
    from {{ ref('also_bought', 'eligible_items') }} as on_sale
    inner join judged_items on on_sale.item_key = judged_items.item_key
    where {{ is_past('on_sale') }}

),

{% if setting('event_sources') is not none -%}
known_events as (

    select events.*
    from {{ ref('also_bought', 'event_verdicts') }} as events
    inner join last_days on events.known_at < last_days.last_cut_at
    where events.verdict = 'kept' and events.customer_id is not null

),

{% endif -%}
{%- for signal, definition in setting('signals').items() -%}
{{ signal }} as (

    select * from {{ input_model(definition.model) }}
    where {{ is_past() }}

),

{% endfor -%}
contents as (

    select
        'code' as part,
        '' as part_key,
        '{{ code_hash(except_settings=("as_of",)) }}' as content
    {%- for part, (part_key, columns) in parts.items() %}
    {%- set content = text_of_columns(columns) %}
    union all
    select
        '{{ part }}' as part,
        {{ as_text(part_key) }} as part_key,
        {{ dbt.hash(joined_text(content, ';', byte_order(content))) }} as content
    from {{ part }}
    group by {{ part_key }}
    {%- endfor %}

),

evaluation_inputs as (

    select
        {{ dbt.hash(joined_text(
            text_of_columns(['part', 'part_key', 'content']), ';',
            byte_order('part') ~ ', ' ~ byte_order('part_key')
        )) }} as inputs_hash
    from contents

)

select * from evaluation_inputs
