{{ config(enabled=also_bought.setting('weekly_evaluation')) }}
{{ also_bought.broken_claims('built_cuts') }}
