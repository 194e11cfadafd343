{#- Returns the signals of what a user saw, as columns over the events of a user, an item and a cut. Events have
    `event_type` and `days_ago`. Ten looks say more than one, but not ten times as much: so a count is taken as its
    logarithm. -#}
{% macro seen_scores() %}
    {%- set half_lives = also_bought.seen_half_life_days() -%}
    {%- set scores = ['1 / (1 + min(days_ago)) as last_seen'] -%}
    {%- for signal in ['seen_lately', 'seen_often'] -%}
        {%- set looks = also_bought.exact_sum(also_bought.half_life_decay('days_ago', half_lives[signal])) -%}
        {%- do scores.append(also_bought.in_millionths('ln(1 + ' ~ looks ~ ')') ~ ' as ' ~ signal) -%}
    {%- endfor -%}
    {%- set aside = "min(case when event_type in ('cart', 'wishlist') then days_ago end)" -%}
    {%- do scores.append(
        'coalesce(' ~ also_bought.in_millionths(also_bought.half_life_decay(aside, half_lives.set_aside))
        ~ ', 0) as set_aside'
    ) -%}
    {{ return(scores) }}
{% endmacro %}
