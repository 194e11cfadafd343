{{ config(
    enabled=project_name == 'also_bought' and setting('merchandising_rules') is not none, group='recommendations'
) }}
{{ also_bought.broken_claims('stg_shop__merchandising_rules') }}
