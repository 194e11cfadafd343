{#- Per number of reachable hits, the discounted gain of a list that has them all on top. -#}
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
