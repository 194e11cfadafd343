{#- What became of every received line among its copies, and what keeps it from counting besides. -#}
with compared as (

    select * from {{ ref('compared_order_lines') }}

),

products as (

    select * from {{ ref('products') }}

),

excluded as (

    select * from {{ ref('excluded_customers') }}

),

contested as (

    select * from {{ ref('contested_order_lines') }}

),

lines as (

    select
        {{ received_line_id('compared') }} as received_line_id,
        compared.order_source,
        compared.source_row,
        compared.order_id,
        compared.order_line_id,
        compared.customer_id,
        compared.product_id as product_code,
        compared.quantity,
        compared.unit_price,
        compared.ordered_at,
        compared.updated_at,
        compared.order_status,
        compared.is_only_here,
        coalesce(contested.is_contradicting, false) as is_contradicting,
        case
            when compared.fault is not null then 'rejected'
            when contested.standing is not null then contested.standing
            when compared.place = 1 then 'survivor'
            else 'duplicate'
        end as standing,
        case
            when compared.fault is not null then compared.fault
            when contested.standing is not null then contested.reason
            when compared.place > 1 then 'same_line_again'
        end as reason,
        case
            when contested.standing is not null then contested.survivor_line_id
            when compared.place > 1
                then {{ received_line_id('compared', 'first_source', 'first_row') }}
            when compared.fault is null then {{ received_line_id('compared') }}
        end as survivor_line_id,
        coalesce(contested.received_copies, compared.group_size) as received_copies
    from compared
    left join contested
        on compared.order_source = contested.order_source
        and compared.source_row = contested.source_row

),

resolved as (

    select
        lines.received_line_id,
        lines.order_source,
        lines.source_row,
        lines.order_id,
        lines.order_line_id,
        lines.customer_id,
        coalesce(products.product_id, lines.product_code) as product_id,
        lines.quantity,
        lines.unit_price,
        lines.ordered_at,
        lines.updated_at,
        lines.order_status,
        lines.standing,
        lines.reason,
        lines.survivor_line_id,
        lines.received_copies,
        lines.is_only_here,
        lines.is_contradicting,
        case
            when lines.standing <> 'survivor' then null
            {%- for reason, condition in exclusions().items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
        end as exclusion
    from lines
    left join products
        on lines.product_code = products.product_code
        and (products.code_valid_from is null or lines.ordered_at >= products.code_valid_from)
        and (products.code_valid_until is null or lines.ordered_at < products.code_valid_until)
    left join excluded on lines.customer_id = excluded.customer_id

)

select * from resolved
