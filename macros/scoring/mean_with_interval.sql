{#- The mean over users of values below 31, plus or minus (so that their squares fit `exact_sum`), and its 95%
    interval by the normal approximation: mean ± 1.96 standard errors. With fewer than two users there is no
    interval. -#}
{% macro mean_with_interval(value, prefix='') -%}
    {%- set total = also_bought.exact_sum(value, decimals=15) -%}
    {%- set total_of_squares = also_bought.exact_sum('(' ~ value ~ ') * (' ~ value ~ ')', decimals=15) -%}
    {%- set margin -%}
        1.96 * sqrt(
            greatest(0, {{ total_of_squares }} - {{ total }} * {{ total }} / count(*))
            / nullif(count(*) - 1, 0) / count(*)
        )
    {%- endset -%}
    {{ total }} / count(*) as {{ prefix }}mean,
        {{ total }} / count(*) - {{ margin }} as {{ prefix }}low,
        {{ total }} / count(*) + {{ margin }} as {{ prefix }}high
{%- endmacro %}
