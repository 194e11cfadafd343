{#- What was judged at the past cuts is kept while nothing that was read for it has changed. -#}
{{ config(
    enabled=setting('weekly_evaluation'),
    post_hook="{{ also_bought.forget_kept_evaluation() }}"
) }}

select * from {{ ref('also_bought', 'cuts') }}
{%- if evaluation_is_known() %}
where {{ is_production() }}
{%- endif %}
