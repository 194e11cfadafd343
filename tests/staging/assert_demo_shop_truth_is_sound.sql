{{ config(enabled=project_name == 'also_bought') }}
{{ also_bought.broken_claims('demo_shop_truth') }}
