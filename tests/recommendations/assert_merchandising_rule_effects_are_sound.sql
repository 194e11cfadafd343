{{ config(enabled=also_bought.setting('merchandising_rules') is not none) }}
{{ also_bought.broken_claims('merchandising_rule_effects') }}
