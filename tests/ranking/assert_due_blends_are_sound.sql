{{ config(enabled=setting('repurchase_intervals')) }}
{{ also_bought.broken_claims('due_blends') }}
