{#- The verdict with all that it needs to be understood, so that no number travels alone. -#}
{% macro verdict_sentence() -%}
    case
        when verdict = 'not enough data' then {{ dbt.concat([
            "'Not enough data: '", as_text('user_count'), "' users bought something to compare with; '",
            "'at least 30 are needed. Published: '", "replace(best_baseline, '_', ' ')", "'.'"
        ]) }}
        else {{ dbt.concat([
            "verdict", "': NDCG@" ~ setting('evaluated_ranks') ~ " differs by '",
            as_text('round(cast(ndcg_difference as decimal(18, 9)), 4)'), "' (95% interval '",
            as_text('round(cast(interval_low as decimal(18, 9)), 4)'), "' to '",
            as_text('round(cast(interval_high as decimal(18, 9)), 4)'), "') from '",
            "replace(best_baseline, '_', ' ')", "' at '",
            as_text('round(cast(baseline_ndcg as decimal(18, 9)), 4)'), "', over '",
            as_text('user_count'), "' users. Published: '",
            "case when verdict = 'better' then 'our list' else replace(best_baseline, '_', ' ') end",
            "'.'"
        ]) }}
    end
{%- endmacro %}
