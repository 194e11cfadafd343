{#- Stops where the blends, which may be a shop's own, have no weight for a signal or no row for a list. -#}
{% macro check_blends(blends) %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') and model.resource_type == 'model' -%}
        {%- set where = 'the model ' ~ also_bought.setting('blends') ~ ', named by the var also_bought__blends' -%}
        {%- set columns = adapter.get_columns_in_relation(blends) | map(attribute='name') | map('lower') | list -%}
        {%- for signal in also_bought.signals() if signal not in columns -%}
            {%- set nearest = also_bought.nearest_name(signal, columns | reject('in', also_bought.signals()) | list) -%}
            {%- do also_bought.stop(
                'The blends have no weight for the signal ' ~ signal
                ~ ('; the nearest column is ' ~ nearest if nearest) ~ '.',
                where,
                'add a column ' ~ signal ~ ' of numbers; 0 where the signal is not to count.'
            ) -%}
        {%- endfor -%}
        {%- set lists = run_query('select distinct list from ' ~ blends).columns[0].values() | list -%}
        {%- for list in also_bought.lists() if list not in lists -%}
            {%- set nearest = also_bought.nearest_name(list, lists | reject('in', also_bought.lists()) | list) -%}
            {%- do also_bought.stop(
                'There is no blend for the list ' ~ list ~ ('; the nearest is ' ~ nearest if nearest) ~ '.',
                where,
                'add at least one row with that list; several are tried on past cuts.'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
