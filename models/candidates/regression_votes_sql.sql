{{ config(enabled=neighbours_engine() == 'sql') }}

with voters as (

    select * from {{ ref('also_bought', 'regression_voters') }}

),

ballots as (

    select * from {{ ref('also_bought', 'regression_ballots') }}

),

{{ strongest_votes('voters', 'ballots', ref('also_bought', 'user_item_history')) }}
