{#- Returns the columns that an input model has, by their names in small letters. There are none while parsing, in a
    unit test, and before the model was built for the first time. Of two names that differ only in capitals, the one
    in small letters counts, as where an engine tells them apart. -#}
{% macro input_columns(model_name) %}
    {%- set columns = {} -%}
    {%- if execute and flags.WHICH not in ('compile', 'generate') -%}
        {%- for column in adapter.get_columns_in_relation(also_bought.input_model(model_name))
            if column.name | lower not in columns or column.name == column.name | lower -%}
            {%- do columns.update({column.name | lower: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}


{#- Returns one of the columns that an input model has (`input_columns`), in our type. -#}
{% macro input_column(model_name, name, type, columns) %}
    {%- set column = columns.get(name) -%}
    {%- if column -%}
        {%- do also_bought.check_input_type(model_name, column, also_bought.kind_of_column(name, type)) -%}
    {%- endif -%}
    {{- return(also_bought.typed_value(
        also_bought.quoted_name(column.name) if column else name, column.data_type | lower if column else '', type
    )) -}}
{% endmacro %}


{#- Returns the query of an input model with its columns in our types. Both arguments are {name: type}. -#}
{% macro input_query(model_name, columns, optional_columns) -%}
    {%- set found = also_bought.input_columns(model_name) -%}
    {%- set values = [] -%}
    {%- for name, type in dict(columns, **optional_columns).items() -%}
        {%- set is_absent = name in optional_columns and name not in found -%}
        {%- do values.append(
            ('cast(null as ' ~ type ~ ')' if is_absent else also_bought.input_column(model_name, name, type, found))
            ~ ' as ' ~ name
        ) -%}
    {%- endfor -%}
    select
        {{ values | join(',\n        ') }}
    from {{ also_bought.input_model(model_name) }}
{%- endmacro %}
