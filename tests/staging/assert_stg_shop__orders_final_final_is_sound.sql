{{ config(enabled=project_name == 'also_bought') }}
{{ also_bought.broken_claims('stg_shop__orders_final_final') }}
