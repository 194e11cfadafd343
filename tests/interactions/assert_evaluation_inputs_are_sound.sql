{{ config(enabled=also_bought.setting('weekly_evaluation')) }}
{{ also_bought.broken_claims('evaluation_inputs') }}
