{#- Stops with a clear error where an input model is absent or lacks a column of its contract. -#}
{% macro check_input_columns(model_name, expected_columns, setting_name) %}
    {%- if execute and flags.WHICH not in ('compile', 'generate', 'test') -%}
        {%- set found = also_bought.input_columns(model_name) -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- if not found and not relation.is_cte and load_relation(relation) is none -%}
            {%- do also_bought.stop(
                'There is no table ' ~ relation.render() ~ ' for the input model ' ~ model_name ~ '.',
                'the var also_bought__' ~ setting_name,
                'build it first (dbt build --select +' ~ model_name ~ '), or name another model.'
            ) -%}
        {%- elif found and expected_columns | reject('in', found) | list -%}
            {%- do also_bought.stop(
                'The input model ' ~ model_name ~ ' lacks: ' ~ also_bought.missing_names(expected_columns, found) ~ '.',
                relation.render() ~ ', named by the var also_bought__' ~ setting_name,
                'add or rename the columns in the model; docs/inputs.md lists what it yields.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#- Stops where a column of an input model is no number or boolean and must be one. Anything can be cast to text. -#}
{% macro check_input_types(model_name, kinds, setting_name) %}
    {%- set types = {
        'number': '(?i)(u?(tiny|small|big|huge)?int(?!erval)|long|short|decimal|numeric|double|real|float)',
        'boolean': '(?i)bool',
    } -%}
    {%- if execute and flags.WHICH not in ('compile', 'generate', 'test') -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- for column in adapter.get_columns_in_relation(relation)
            if column.name in kinds and not modules.re.match(types[kinds[column.name]], column.dtype) -%}
            {%- do also_bought.stop(
                'The column ' ~ column.name ~ ' of the input model ' ~ model_name ~ ' is ' ~ column.dtype | lower
                ~ ', but it must be a ' ~ kinds[column.name] ~ '.',
                relation.render() ~ ', named by the var also_bought__' ~ setting_name,
                'cast it in the model; docs/inputs.md lists what it yields.'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
