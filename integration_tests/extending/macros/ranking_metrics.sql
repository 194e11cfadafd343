{% macro default__ranking_metrics() %}
    {%- set metrics = also_bought.default__ranking_metrics() -%}
    {%- do metrics.update({'top_hit': {
        'column': 'top_hit',
        'value': 'cast(case when first_hit_rank = 1 then 1 else 0 end as double precision)',
        'metric_name': 'Top hit',
        'in_plain_words': 'The share of users who bought the first item of their list.',
        'may_be_concluded': 'Whether the one item in a newsletter is chosen better by one list than by another.',
        'may_not_be_concluded': 'That the rest of the list is as good.',
    }}) -%}
    {{ return(metrics) }}
{% endmacro %}
