{#- Returns into how many blocks `spark__cosine_neighbours` deals the rows, and how many tasks that makes. It
    takes the work as `neighbour_work` counts it, and logs both numbers. -#}
{% macro neighbour_blocks(work, row_key) %}
    {#- A task of so many products takes a core about a minute, and its sums some hundred megabytes. -#}
    {%- set products_per_task = 20000000 -%}
    {%- if work.products == 0 -%}
        {{ return({'blocks': 1, 'tasks': 1}) }}
    {%- endif -%}
    {%- set wanted_tasks = work.products / work.cuts / products_per_task -%}
    {%- set wanted_blocks = ((2 * wanted_tasks) ** 0.5) | round(0, 'ceil') | int -%}
    {#- With as many copies of the history as it has products nothing would be gained over joining it by
        column. -#}
    {%- set most_blocks = work.products // work.pairs -%}
    {%- set blocks = [1, [wanted_blocks, most_blocks] | min] | max -%}
    {%- set tasks = blocks * (blocks + 1) // 2 * work.cuts -%}
    {%- do log('Neighbours by ' ~ row_key ~ ': dealt into ' ~ tasks ~ ' tasks.', info=true) -%}
    {#- Both sides come dealt by task alone; a join by task and column would deal them once more. -#}
    {%- do run_query('set spark.sql.requireAllClusterKeysForCoPartition=false') -%}
    {{ return({'blocks': blocks, 'tasks': tasks}) }}
{% endmacro %}
