{{ config(enabled=also_bought.setting('repurchase_intervals')) }}
{{ also_bought.broken_claims('repurchase_intervals') }}
