{{ config(enabled=neighbours_engine() == 'sql') }}
{{ also_bought.broken_claims('user_votes_sql') }}
