{{ config(enabled=neighbours_engine() == 'sql') }}

with voters as (

    select * from {{ ref('regression_voters') }}

),

ballots as (

    select * from {{ ref('regression_ballots') }}

),

{{ strongest_votes('voters', 'ballots', ref('user_item_history')) }}
