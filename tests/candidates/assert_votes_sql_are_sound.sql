{{ config(enabled=neighbours_engine() == 'sql') }}
{{ also_bought.broken_claims('votes_sql') }}
