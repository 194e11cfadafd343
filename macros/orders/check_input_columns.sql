{#- Stops with a clear error where an input model is absent or lacks a column of its contract. -#}
{% macro check_input_columns(model_name, expected_columns, setting_name) %}
    {%- if execute and flags.WHICH not in ('compile', 'generate', 'test') -%}
        {%- set found = also_bought.input_columns(model_name) -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- set missing = expected_columns | reject('in', found) | list -%}
        {%- if not found and not relation.is_cte and load_relation(relation) is none -%}
            {%- do also_bought.stop(
                'There is no table ' ~ relation.render() ~ ' for the input model ' ~ model_name ~ '.',
                'the var also_bought__' ~ setting_name,
                'build it first (dbt build --select +' ~ model_name ~ '), or name another model.'
            ) -%}
        {%- elif found and missing -%}
            {%- set advice = [] -%}
            {%- for column in missing -%}
                {%- set nearest = also_bought.nearest_name(column, found | reject('in', expected_columns) | list) -%}
                {%- do advice.append(column ~ (' (the nearest it has is ' ~ nearest ~ ')' if nearest else '')) -%}
            {%- endfor -%}
            {%- do also_bought.stop(
                'The input model ' ~ model_name ~ ' lacks: ' ~ advice | join(', ') ~ '.',
                relation.render() ~ ', named by the var also_bought__' ~ setting_name,
                'add or rename the columns in the model; docs/inputs.md lists what it yields.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
