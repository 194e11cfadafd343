{#- The verdict with all that it needs to be understood: users of a hundred, the baseline beside ours, the
    interval, and what it does not show. So no number travels alone. `judged` has the verdict and its figures. -#}
{% macro verdict_sentence(judged) -%}
    {%- set column = judged ~ '.' -%}
    {%- set baseline = "replace(" ~ column ~ "best_baseline, '_', ' ')" -%}
    {%- set ranks = setting('evaluated_ranks') -%}
    case {{ column }}verdict
        when 'suspect: too good' then {{ dbt.concat([
            "'Suspect, too good to be true: '", column ~ 'alarm',
            "' Nothing may be published before the cause is found; leak_checks has every alarm.'"
        ]) }}
        when 'not enough data' then {{ dbt.concat([
            "'Not enough data: '", as_text(column ~ 'user_count'),
            "' users bought something to compare with; at least " ~ fewest_users_compared()
            ~ " are needed. Published: '", baseline, "'.'"
        ]) }}
        else {{ dbt.concat([
            "case " ~ column ~ "verdict"
            ~ " when 'better' then 'Better than '"
            ~ " when 'worse' then 'Worse than '"
            ~ " else 'No difference shown, which does not mean equal, from ' end",
            baseline, "', the best simple rule: among our first " ~ ranks ~ " items '",
            percentage(column ~ 'hit_rate'), "' of 100 users found something that they bought in the "
            ~ setting('evaluation_days') ~ " days from '", as_text('cast(' ~ column ~ 'cut_at as date)'),
            "', among theirs '", percentage(column ~ 'baseline_hit_rate'),
            "'. NDCG@" ~ ranks ~ " differs by '", rounded_text(column ~ 'ndcg_difference'),
            "' (95% interval '", rounded_text(column ~ 'interval_low'), "' to '",
            rounded_text(column ~ 'interval_high'), "') from '", rounded_text(column ~ 'baseline_ndcg'),
            "', over '", as_text(column ~ 'user_count'), "' users. It says how well purchases were foreseen, "
            ~ "not how much more is sold. Published: '",
            "case when " ~ column ~ "verdict = 'better' then 'our list' else " ~ baseline ~ " end", "'.'"
        ]) }}
    end
{%- endmacro %}
