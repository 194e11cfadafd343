{{ config(enabled=also_bought.setting('basket_affinity')) }}
{{ also_bought.broken_claims('basket_affinity') }}
