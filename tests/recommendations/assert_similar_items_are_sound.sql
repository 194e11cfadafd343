{{ config(enabled=also_bought.setting('similar_items')) }}
{{ also_bought.broken_claims('similar_items') }}
