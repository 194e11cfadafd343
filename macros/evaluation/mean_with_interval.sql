{#- Returns the mean over users and its 95% interval by Student's t. The values lie between -31 and 31, so
    that their squares fit `exact_sum`. With fewer than two users there is no interval. `user_count` is how many there
    are, where those whose value is 0 have no row. -#}
{% macro mean_with_interval(value, prefix='', user_count='count(*)') -%}
    {%- set total = also_bought.exact_sum(value, decimals=15) -%}
    {%- set total_of_squares = also_bought.exact_sum('(' ~ value ~ ') * (' ~ value ~ ')', decimals=15) -%}
    {%- set freedom = 'nullif(cast(' ~ user_count ~ ' - 1 as ' ~ also_bought.type_double() ~ '), 0)' -%}
    {%- set margin -%}
        {{ also_bought.student_t(freedom) }} * sqrt(
            greatest(0, {{ total_of_squares }} - {{ total }} * {{ total }} / {{ user_count }})
            / {{ freedom }} / {{ user_count }}
        )
    {%- endset -%}
    {{ total }} / {{ user_count }} as {{ prefix }}mean,
        {{ total }} / {{ user_count }} - {{ margin }} as {{ prefix }}low,
        {{ total }} / {{ user_count }} + {{ margin }} as {{ prefix }}high
{%- endmacro %}


{#- Returns how many standard errors to either side hold 95% of Student's t. It takes the first terms of the
    expansion around the normal distribution (Abramowitz and Stegun 1964, 26.7.5), right to three thousandths
    from five degrees of freedom on. -#}
{% macro student_t(freedom) -%}
    (1.959964 + (2.372271 + (2.822499 + 2.555850 / {{ freedom }}) / {{ freedom }}) / {{ freedom }})
{%- endmacro %}
