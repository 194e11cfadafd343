{{ config(enabled=setting('event_sources') is not none) }}
{{ also_bought.broken_claims('event_blends') }}
