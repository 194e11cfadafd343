{{ config(enabled=project_name == 'also_bought') }}
{{ also_bought.broken_claims('raw_orders_v2') }}
