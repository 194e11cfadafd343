{#- Stops where a column of an input has a type that cannot be read as what it must be, or a text for a boolean that
    is neither yes nor no. Anything can be cast to text; but no float is written alike everywhere, so it is no id. -#}
{% macro check_input_type(model_name, column, kind) %}
    {%- set relation = also_bought.input_model(model_name) -%}
    {%- set kinds = {
        'id': {
            'words': 'an id', 'readable': ['text', 'whole number', 'uuid'],
            'what_to_do': 'write it as text in the model, as by clean_id.',
        },
        'number': {
            'words': 'a number', 'readable': ['number'],
            'what_to_do': 'read it in the model, as by parse_integer or parse_decimal.',
        },
        'boolean': {
            'words': 'a boolean', 'readable': ['boolean'],
            'what_to_do': 'compare it in the model, as in ' ~ column.name ~ " = 'ja'.",
        },
        'time': {
            'words': 'a time', 'readable': ['time'],
            'what_to_do': 'read it in the model, as by parse_timestamp, which says its format and zone.',
        },
    } -%}
    {%- do kinds.update({'yes or no': dict(kinds.boolean, readable=['boolean', 'number', 'text'])}) -%}
    {%- set received_type = column.data_type | lower -%}
    {%- set readings = [] -%}
    {%- for received_kind in kinds.get(kind, {}).readable or [] if also_bought.is_of_kind(received_type, received_kind) -%}
        {%- do readings.append(received_kind) -%}
    {%- endfor -%}
    {%- if kind in kinds and not readings and not also_bought.is_of_kind(received_type, 'nothing') -%}
        {%- do also_bought.stop(
            'The column ' ~ column.name ~ ' of the input model ' ~ model_name ~ ' is ' ~ column.dtype | lower
            ~ ', but it must be ' ~ kinds[kind].words ~ '.',
            relation.render(), kinds[kind].what_to_do
        ) -%}
    {%- elif kind == 'yes or no' and 'text' in readings -%}
        {%- set name = also_bought.quoted_name(column.name) -%}
        {%- do also_bought.stop_where(
            'select ' ~ also_bought.sentence(
                'The column ' ~ column.name ~ ' of the input model ' ~ model_name
                ~ ' says "{received}", which is neither yes nor no.',
                received=also_bought.first_text(name)
            ) ~ ' from ' ~ relation ~ ' where ' ~ name ~ " <> '' and " ~ also_bought.boolean_of_text(name)
            ~ ' is null having count(*) > 0',
            relation, relation.render(), kinds[kind].what_to_do
        ) -%}
    {%- endif -%}
{% endmacro %}


{#- Stops where one of some columns has such a type: {name: kind}. -#}
{% macro check_input_types(model_name, kinds) %}
    {%- set columns = also_bought.input_columns(model_name) -%}
    {%- for name, kind in kinds.items() if name in columns -%}
        {%- do also_bought.check_input_type(model_name, columns[name], kind) -%}
    {%- endfor -%}
{% endmacro %}


{#- Returns what a column of an input must be, by its name and our type. -#}
{% macro kind_of_column(name, type) %}
    {%- if type == dbt.type_string() -%}
        {{- return('id' if name.endswith('_id') or name == 'product_code' else 'text') -}}
    {%- elif type == dbt.type_boolean() -%}
        {{- return('yes or no') -}}
    {%- else -%}
        {{- return('time' if type in ('date', dbt.type_timestamp()) else 'number') -}}
    {%- endif -%}
{% endmacro %}


{#- Returns whether a type of an engine, in small letters, is of a kind. -#}
{% macro is_of_kind(received_type, kind) %}
    {%- set whole_number = 'u?(tiny|small|medium|big|huge)?int(?!erval)|byte(?!a)|short|long' -%}
    {{- return('[' not in received_type and modules.re.match({
        'whole number': whole_number ~ '|(decimal|numeric)[(][0-9]+, ?0[)]',
        'number': whole_number ~ '|decimal|numeric|double|real|float',
        'boolean': 'bool',
        'time': 'timestamp|date(?!range)',
        'text': 'text|[a-z ]*char|string|enum|user-defined|name$',
        'uuid': 'uuid',
        'nothing': '"?null"?$|void$|unknown$',
    }[kind], received_type) is not none) -}}
{% endmacro %}
