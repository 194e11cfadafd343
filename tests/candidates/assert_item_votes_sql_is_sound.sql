{{ config(enabled=neighbours_engine() == 'sql') }}
{{ also_bought.broken_claims('item_votes_sql') }}
