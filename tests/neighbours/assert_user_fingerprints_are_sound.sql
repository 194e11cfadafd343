{{ config(enabled=target.type == 'duckdb' and var('also_bought__neighbours_engine') != 'sql') }}
{{ also_bought.broken_claims('user_fingerprints') }}
