with odd_lines as (

    {%- for warning, rule in line_warnings().items() %}
    select
        lines.order_source,
        '{{ warning }}' as warning,
        count(*) as row_count,
        {{ first_text(rule.example) }} as example
    from {{ faultless_lines() }} and {{ rule.condition }}
    group by lines.order_source
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

warnings as (

    select * from odd_lines
    union all
    select * from {{ ref('also_bought', 'id_warnings') }}
    union all
    select * from {{ ref('also_bought', 'line_identity_warnings') }}
    union all
    select * from {{ ref('also_bought', 'customer_warnings') }}

)

select * from warnings
