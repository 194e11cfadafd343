{{ config(enabled=(setting('signals') | length > 0)) }}
{{ also_bought.broken_claims('shop_signals') }}
