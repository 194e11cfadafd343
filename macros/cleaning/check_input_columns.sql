{#- Stops with a clear error where an input model lacks a column of its contract. -#}
{% macro check_input_columns(model_name, expected_columns) %}
    {%- if execute and flags.WHICH not in ('compile', 'generate') -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- set found = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- set missing = expected_columns | reject('in', found) | list -%}
        {%- if found and missing -%}
            {{ exceptions.raise_compiler_error(
                'The input model ' ~ model_name ~ ' lacks: ' ~ missing | join(', ') ~ '.\n'
                ~ 'It has: ' ~ found | join(', ') ~ '.\n'
                ~ 'Add or rename the columns there; the README lists what an input model yields.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
