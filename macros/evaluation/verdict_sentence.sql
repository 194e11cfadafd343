{#- Returns the verdict with all that it needs to be understood: users of a hundred, the baseline beside ours,
    the interval, and what it does not show. So no number travels alone. `judged` has the verdict and its
    figures. -#}
{% macro verdict_sentence(judged) -%}
    {%- set column = judged ~ '.' -%}
    {%- set best = also_bought.recommender_in_words(column ~ 'best_baseline') -%}
    {%- set published = also_bought.recommender_in_words(column ~ 'published_baseline') -%}
    {%- set ranks = also_bought.setting('evaluated_ranks') -%}
    {%- set window = dbt.concat([
        "' in the '", also_bought.as_text(column ~ 'window_days'), "' days from '",
        also_bought.as_text('cast(' ~ column ~ 'cut_at as date)'),
        "case when " ~ column ~ "window_days < " ~ also_bought.setting('evaluation_days')
        ~ " then ' (the orders do not go back far enough for " ~ also_bought.setting('evaluation_days') ~ ")' else '' end"
    ]) -%}
    case {{ column }}verdict
        when 'suspect: too good' then {{ dbt.concat([
            "'Suspect, too good to be true: '", column ~ 'alarm',
            "' Nothing may be published before the cause is found; leak_checks has every alarm.'"
        ]) }}
        when 'nobody buys again' then {{ dbt.concat([
            "'Nobody buys again: of '", also_bought.as_text(column ~ 'buyer_count'),
            "' users who ordered more than once, '", also_bought.as_text(column ~ 'repeat_buyer_count'),
            "' bought something again; at least " ~ (also_bought.fewest_repeat_buyers() | float * 100) | round | int
            ~ " of 100 must have. Published: nothing.'"
        ]) }}
        when 'not enough data' then {{ dbt.concat([
            "'Not enough data: '", also_bought.as_text(column ~ 'user_count'), "' of the '",
            also_bought.as_text(column ~ 'listed_user_count'), "' users with a list bought something to compare with'",
            "coalesce(" ~ window ~ ", '')",
            "'; at least " ~ also_bought.fewest_users_compared() ~ " are needed, and "
            ~ also_bought.fewest_users_with_a_difference() ~ " of them must have found more on one list than on the other. "
            ~ "Published: '", published, "'.'"
        ]) }}
        else {{ dbt.concat([
            "case " ~ column ~ "verdict"
            ~ " when 'better' then 'Better than '"
            ~ " when 'worse' then 'Worse than '"
            ~ " else 'No difference shown, which does not mean equal, from ' end",
            best, "', the best baseline: among our first " ~ ranks ~ " items '",
            also_bought.percentage(column ~ 'hit_rate'), "' of 100 users found something that they bought'", window,
            "', among theirs '", also_bought.percentage(column ~ 'baseline_hit_rate'),
            "'. NDCG@" ~ ranks ~ " differs by '", also_bought.rounded_text(column ~ 'ndcg_difference'),
            "' (95% interval '", also_bought.rounded_text(column ~ 'interval_low'), "' to '",
            also_bought.rounded_text(column ~ 'interval_high'), "') from '",
            also_bought.rounded_text(column ~ 'baseline_ndcg'), "', over '",
            also_bought.as_text(column ~ 'user_count'), "' of the '",
            also_bought.as_text(column ~ 'listed_user_count'),
            "' users with a list. It says how well the purchases of these days were foreseen, not how it goes in another "
            ~ "season, nor how much more is sold. Published: '",
            "case when " ~ column ~ "verdict = 'better' then 'our list' else " ~ published ~ " end", "'.'"
        ]) }}
    end
{%- endmacro %}


{#- Returns a recommender's name as a sentence has it. -#}
{% macro recommender_in_words(recommender) -%}
    replace(
        case {{ recommender }} when 'random' then 'chance' else {{ recommender }} end, '_', ' '
    )
{%- endmacro %}
