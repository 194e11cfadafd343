{#- Made last: where it stands, all that it names was judged. -#}
{{ config(enabled=setting('weekly_evaluation')) }}

{% for kept in ['learned_blends', 'blend_trials', 'recommender_comparisons', 'leak_checks', 'evaluation_data'] -%}
-- depends_on: {{ ref('also_bought', kept) }}
{% endfor %}
select inputs_hash from {{ ref('also_bought', 'evaluation_inputs') }}
