{#- Returns what neighbours will cost, from how many rows each column has: the products (pairs of rows that
    meet in a column), the pairs of row and column, the rows of the most frequent column, and the cuts. It
    logs them, too. -#}
{% macro neighbour_work(history, row_key, column_key) %}
    {%- if not execute or flags.WHICH not in ('build', 'run', 'retry') or history.is_cte -%}
        {{ return({'products': 0, 'pairs': 0, 'cuts': 0}) }}
    {%- endif -%}
    {%- set products, pairs, highest_frequency, cuts = run_query(
        "select
            cast(coalesce(sum(frequency * (frequency - 1)), 0) / 2 as " ~ dbt.type_bigint() ~ ") as products,
            coalesce(sum(frequency), 0) as pairs,
            coalesce(max(frequency), 0) as highest_frequency,
            count(distinct cut_key) as cuts
        from (
            select cut_key, count(*) as frequency from " ~ history ~ " group by cut_key, " ~ column_key ~ "
        ) as frequencies"
    ).rows[0] | map('int') -%}
    {%- do log(
        'Neighbours by ' ~ row_key ~ ': ' ~ '{:,}'.format(products) ~ ' products; the most frequent '
        ~ column_key ~ ' has ' ~ '{:,}'.format(highest_frequency) ~ ' rows.',
        info=true
    ) -%}
    {{ return({'products': products, 'pairs': pairs, 'cuts': cuts}) }}
{% endmacro %}
