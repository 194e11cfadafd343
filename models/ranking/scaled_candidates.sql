with candidates as (

    select * from {{ ref('also_bought', 'candidates') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}

),

largest_signals as (

    select * from {{ ref('also_bought', 'largest_signals') }}

),

list_kinds as (
    {{ list_kinds() }}
),

{{ scaled_signals() }}

select * from scaled
