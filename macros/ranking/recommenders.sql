{#- Returns the ways to rank each list, ours first, as {list: {recommender: {ranks_by, lists}}}. `ranks_by` is
    a column, highest first; `lists` are those whose candidates and blends it takes. -#}
{% macro recommenders() %}
    {%- set lists = also_bought.lists() -%}
    {%- set scores = also_bought.baseline_scores() -%}
    {%- set recommenders = {} -%}
    {%- for list, definition in lists.items() -%}
        {%- set of_list = {'also_bought': {'ranks_by': 'blended_score', 'lists': [list]}} -%}
        {%- for baseline in definition.baselines -%}
            {%- if baseline in scores -%}
                {%- do of_list.update({baseline: {'ranks_by': scores[baseline], 'lists': [list]}}) -%}
            {%- elif baseline != 'our_explore_list' -%}
                {%- set nearest = also_bought.nearest_name(baseline, scores) -%}
                {%- do also_bought.stop(
                    'The list ' ~ list ~ ' has no baseline ' ~ baseline
                    ~ ('; the nearest is ' ~ nearest if nearest) ~ '.',
                    also_bought.file_of_rule('lists'),
                    'name one of: ' ~ scores | join(', ') ~ '; or our_explore_list.'
                ) -%}
            {%- elif 'explore' in lists and 'buy_again' in lists -%}
                {%- do of_list.update({
                    baseline: {'ranks_by': 'blended_score', 'lists': ['explore', 'buy_again']}
                }) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do recommenders.update({list: of_list}) -%}
    {%- endfor -%}
    {{ return(recommenders) }}
{% endmacro %}


{#- Returns what a baseline may rank by: {baseline: column of scaled_candidates}. A signal is a baseline by
    itself. -#}
{% macro baseline_scores() %}
    {%- set scores = {'own_frequency': 'own_order_count'} -%}
    {%- for name, window in also_bought.sales_windows().items() -%}
        {%- do scores.update({'top_sellers_' ~ name: window.sales}) -%}
    {%- endfor -%}
    {%- for signal in also_bought.personal_signals() -%}
        {%- do scores.update({signal: signal}) -%}
    {%- endfor -%}
    {{ return(scores) }}
{% endmacro %}


{#- Returns the recommenders as rows: one row per list, recommender and list whose candidates it ranks. -#}
{% macro recommender_rows() %}
    {%- set rows = [] -%}
    {%- for list, of_list in also_bought.recommenders().items() -%}
        {%- for recommender, definition in of_list.items() -%}
            {%- for scored_list in definition.lists -%}
                {%- do rows.append([list, recommender, scored_list, definition.ranks_by]) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for list, recommender, scored_list, ranks_by in rows %}
    select
        '{{ list }}' as list,
        '{{ recommender }}' as recommender,
        '{{ scored_list }}' as scored_list,
        '{{ ranks_by }}' as ranks_by
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
