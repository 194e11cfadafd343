{#- Returns the names of the columns that an input model has. There are none while parsing, in a unit test,
    and before the model was built for the first time. -#}
{% macro input_columns(model_name) %}
    {%- if not execute or flags.WHICH in ('compile', 'generate') -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set relation = also_bought.input_model(model_name) -%}
    {{ return(adapter.get_columns_in_relation(relation) | map(attribute='name') | list) }}
{% endmacro %}


{#- Returns a column that an input model may have, or the value that stands for it. -#}
{% macro optional_column(model_name, name, type, default='null') -%}
    cast({{ name if name in also_bought.input_columns(model_name) else default }} as {{ type }})
{%- endmacro %}
