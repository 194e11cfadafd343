{#- Returns a figure of the history with its interval and its baseline, in one sentence. Two relations have their
    names: `metrics`, and `definitions` of the same metric. -#}
{% macro figure_sentence() -%}
    {{ also_bought.sentence(
        '{suspect}The difference of {difference} {says}{interval}: {definitions.metric_name}@{metrics.evaluated_ranks}
        of ours is {mean}, of {baseline} {baseline_mean}. Measured on {metrics.user_count} {metrics.population}, cut
        of {cut_on}.',
        suspect="case when metrics.is_suspect then 'Suspect, not to be believed. ' else '' end",
        mean=also_bought.rounded_text('metrics.mean'),
        baseline="replace(metrics.baseline, '_', ' ')",
        baseline_mean=also_bought.rounded_text('metrics.baseline_mean'),
        difference=also_bought.rounded_text('metrics.difference'),
        says="case when metrics.difference_low is null then 'has no interval'"
        ~ " when metrics.difference_low > 0 then 'is surely above zero'"
        ~ " when metrics.difference_high < 0 then 'is surely below zero'"
        ~ " else 'may be chance' end",
        interval="coalesce(" ~ also_bought.sentence(
            ' (95% interval {low} to {high})',
            low=also_bought.rounded_text('metrics.difference_low'),
            high=also_bought.rounded_text('metrics.difference_high')
        ) ~ ", '')",
        cut_on=also_bought.as_text('cast(metrics.cut_at as date)')
    ) }}
{%- endmacro %}
