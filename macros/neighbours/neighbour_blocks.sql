{#- Into how many blocks `spark__cosine_neighbours` deals the rows, and how many tasks that makes, from the work as
    `neighbour_work` counts it. Says so, too. -#}
{% macro neighbour_blocks(work, row_key) %}
    {#- A task of so many products takes a core about a minute, and its sums some hundred megabytes. -#}
    {%- set products_per_task = 20000000 -%}
    {%- if work.products == 0 -%}
        {{ return({'blocks': 1, 'tasks': 1}) }}
    {%- endif -%}
    {%- set wanted_tasks = work.products / work.cuts / products_per_task -%}
    {%- set wanted_blocks = ((2 * wanted_tasks) ** 0.5) | round(0, 'ceil') | int -%}
    {#- As many copies of the history as it has products would be no gain over joining it by column. -#}
    {%- set most_blocks = work.products // work.pairs -%}
    {%- set blocks = [1, [wanted_blocks, most_blocks] | min] | max -%}
    {%- set tasks = blocks * (blocks + 1) // 2 * work.cuts -%}
    {%- do log('Neighbours by ' ~ row_key ~ ': dealt into ' ~ tasks ~ ' tasks.', info=true) -%}
    {#- Both sides come dealt by task alone; joined by task and column they would be dealt once more. -#}
    {%- do run_query('set spark.sql.requireAllClusterKeysForCoPartition=false') -%}
    {{ return({'blocks': blocks, 'tasks': tasks}) }}
{% endmacro %}
