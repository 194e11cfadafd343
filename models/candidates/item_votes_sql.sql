{{ config(enabled=neighbours_engine() == 'sql') }}

with voters as (

    select * from {{ ref('also_bought', 'item_voters') }}

),

ballots as (

    select * from {{ ref('also_bought', 'item_ballots') }}

),

{{ strongest_votes('voters', 'ballots', ref('also_bought', 'user_item_history')) }}
