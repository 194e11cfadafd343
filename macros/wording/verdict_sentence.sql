{#- The verdict with all that it needs to be understood: users of a hundred, the baseline beside ours, the
    interval, and what it does not show. So no number travels alone. `judged` has the verdict and its figures. -#}
{% macro verdict_sentence(judged) -%}
    {%- set column = judged ~ '.' -%}
    {%- set baseline = "replace(" ~ column ~ "best_baseline, '_', ' ')" -%}
    {%- set ranks = also_bought.setting('evaluated_ranks') -%}
    case {{ column }}verdict
        when 'suspect: too good' then {{ dbt.concat([
            "'Suspect, too good to be true: '", column ~ 'alarm',
            "' Nothing may be published before the cause is found; leak_checks has every alarm.'"
        ]) }}
        when 'not enough data' then {{ dbt.concat([
            "'Not enough data: '", also_bought.as_text(column ~ 'user_count'),
            "' users bought something to compare with; at least " ~ also_bought.fewest_users_compared()
            ~ " are needed. Published: '", baseline, "'.'"
        ]) }}
        else {{ dbt.concat([
            "case " ~ column ~ "verdict"
            ~ " when 'better' then 'Better than '"
            ~ " when 'worse' then 'Worse than '"
            ~ " else 'No difference shown, which does not mean equal, from ' end",
            baseline, "', the best simple rule: among our first " ~ ranks ~ " items '",
            also_bought.percentage(column ~ 'hit_rate'), "' of 100 users found something that they bought in the "
            ~ also_bought.setting('evaluation_days') ~ " days from '", also_bought.as_text('cast(' ~ column ~ 'cut_at as date)'),
            "', among theirs '", also_bought.percentage(column ~ 'baseline_hit_rate'),
            "'. NDCG@" ~ ranks ~ " differs by '", also_bought.rounded_text(column ~ 'ndcg_difference'),
            "' (95% interval '", also_bought.rounded_text(column ~ 'interval_low'), "' to '",
            also_bought.rounded_text(column ~ 'interval_high'), "') from '", also_bought.rounded_text(column ~ 'baseline_ndcg'),
            "', over '", also_bought.as_text(column ~ 'user_count'), "' users. It says how well purchases were foreseen, "
            ~ "not how much more is sold. Published: '",
            "case when " ~ column ~ "verdict = 'better' then 'our list' else " ~ baseline ~ " end", "'.'"
        ]) }}
    end
{%- endmacro %}
