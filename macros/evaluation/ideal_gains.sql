{#- Returns a query of the discounted gain of a list that has all its hits on top, per number of reachable
    hits. -#}
{% macro ideal_gains() %}
    {%- set discounts = [] %}
    {%- for rank in range(1, also_bought.evaluated_depths() | max + 1) %}
    {%- do discounts.append(also_bought.rank_discount(rank)) %}
    select
        {{ rank }} as reachable_hits,
        {{ discounts | join(' + ') }} as ideal_gain
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
