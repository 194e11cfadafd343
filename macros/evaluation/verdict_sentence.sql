{#- Returns the verdict with all that it needs to be understood: first the figure that decides, with its interval, then
    whose it is, users of a hundred, and what it does not show. So no number travels alone, and none that happens to be
    equal stands under "better". A row has the verdict and its figures. -#}
{% macro verdict_sentence() -%}
    {%- set best = also_bought.recommender_in_words('best_baseline') -%}
    {%- set published = also_bought.recommender_in_words('published_baseline') -%}
    {%- set ranks = also_bought.setting('evaluated_ranks') -%}
    {%- set evaluation_days = also_bought.setting('evaluation_days') -%}
    {%- set window = also_bought.sentence(
        ' in the {window_days} days from {cut_on}{but}',
        cut_on=also_bought.as_text('cast(cut_at as date)'),
        but="case when window_days < " ~ evaluation_days ~ " then ' (the orders do not go back far enough for "
        ~ evaluation_days ~ ")' else '' end"
    ) -%}
    {%- set compared_users = "case is_for when 'user' then " ~ also_bought.sentence(
        '{user_count} of the {listed_user_count} users with a list'
    ) ~ " else " ~ also_bought.sentence('{user_count} users who bought several items') ~ " end" %}
    case verdict
        when 'suspect: too good' then {{ also_bought.sentence(
            'Suspect, too good to be true: {alarm} Nothing may be published before the cause is found; leak_checks
            has every alarm.'
        ) }}
        when 'nobody buys again' then {{ also_bought.sentence(
            'Nobody buys again: of {buyer_count} users who ordered more than once, {repeat_buyer_count} bought
            something again; at least {least} of 100 must have. Published: nothing.',
            least="'" ~ (also_bought.fewest_repeat_buyers() | float * 100) | round | int ~ "'"
        ) }}
        when 'not enough data' then {{ also_bought.sentence(
            'Not enough data: {compared_users} bought something to compare with{window}; at least ' ~ also_bought.fewest_users_compared() ~ ' are needed, and '
            ~ also_bought.fewest_users_with_a_difference() ~ ' of them must have found more on one list than on the
            other. Published: {published}.',
            compared_users=compared_users, window="coalesce(" ~ window ~ ", '')", published=published
        ) }}
        else {{ also_bought.sentence(
            '{compared}{best}, the best baseline: NDCG@' ~ ranks ~ ' differs by {difference} (95% interval {low} to
            {high}) from {ndcg}. Compared are {compared_users}, by what they bought{beside}{window}. NDCG counts how much of it they found, and how high. Of 100 of them {hits} found anything
            among our first ' ~ ranks ~ ' items, and {baseline_hits} among theirs. It says how well the purchases of
            these days were foreseen, not how it goes in another season, nor how much more is sold. Published:
            {published}.',
            compared="case verdict when 'better' then 'Better than ' when 'worse' then 'Worse than '"
            ~ " else 'No difference shown, which does not mean equal, from ' end",
            best=best,
            compared_users=compared_users,
            beside="case is_for when 'user' then '' else ' beside one of them' end",
            hits=also_bought.percentage('hit_rate'),
            window=window,
            baseline_hits=also_bought.percentage('baseline_hit_rate'),
            difference=also_bought.rounded_text('ndcg_difference'),
            low=also_bought.rounded_text('interval_low'),
            high=also_bought.rounded_text('interval_high'),
            ndcg=also_bought.rounded_text('baseline_ndcg'),
            published="case when verdict = 'better' then 'our list' else " ~ published ~ " end"
        ) }}
    end
{%- endmacro %}


{#- Returns a recommender's name as a sentence has it. -#}
{% macro recommender_in_words(recommender) -%}
    replace(
        case {{ recommender }} when 'random' then 'chance' else {{ recommender }} end, '_', ' '
    )
{%- endmacro %}
