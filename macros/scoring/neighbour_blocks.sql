{#- Into how many blocks `spark__cosine_neighbours` deals the rows, and how many tasks that makes, from what the work
    will cost: the number of products, which the frequencies of the columns give beforehand. Says so, too. -#}
{% macro neighbour_blocks(history, row_key, column_key) %}
    {#- A task of so many products takes a core about a minute, and its sums some hundred megabytes. -#}
    {%- set products_per_task = 20000000 -%}
    {%- if not execute or flags.WHICH not in ('build', 'run', 'retry') or history.is_cte -%}
        {{ return({'blocks': 1, 'tasks': 1}) }}
    {%- endif -%}
    {%- set products, pairs, highest_frequency, cuts = run_query(
        "select
            cast(coalesce(sum(frequency * (frequency - 1)), 0) / 2 as bigint) as products,
            coalesce(sum(frequency), 0) as pairs,
            coalesce(max(frequency), 0) as highest_frequency,
            count(distinct cut_key) as cuts
        from (
            select cut_key, count(*) as frequency from " ~ history ~ " group by cut_key, " ~ column_key ~ "
        ) as frequencies"
    ).rows[0] | map('int') -%}
    {%- set wanted_tasks = products / ([cuts, 1] | max) / products_per_task -%}
    {%- set wanted_blocks = ((2 * wanted_tasks) ** 0.5) | round(0, 'ceil') | int -%}
    {#- As many copies of the history as it has products would be no gain over joining it by column. -#}
    {%- set most_blocks = products // ([pairs, 1] | max) -%}
    {%- set blocks = [1, [wanted_blocks, most_blocks] | min] | max -%}
    {%- set tasks = blocks * (blocks + 1) // 2 * ([cuts, 1] | max) -%}
    {%- do log(
        'Neighbours by ' ~ row_key ~ ': ' ~ '{:,}'.format(products) ~ ' products in ' ~ tasks
        ~ ' tasks; the most frequent ' ~ column_key ~ ' has ' ~ '{:,}'.format(highest_frequency) ~ ' rows.',
        info=true
    ) -%}
    {#- Both sides come dealt by task alone; joined by task and column they would be dealt once more. -#}
    {%- do run_query('set spark.sql.requireAllClusterKeysForCoPartition=false') -%}
    {{ return({'blocks': blocks, 'tasks': tasks}) }}
{% endmacro %}
