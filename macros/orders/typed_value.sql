{#- Returns a value of an input in our type. What a number's type cannot hold is null: NaN, infinity, a part of a
    unit. A time with a zone becomes the moment in UTC, whatever the zone of the session. -#}
{% macro typed_value(expression, received_type, type) %}
    {%- if type == dbt.type_bigint() -%}
        {{- return(also_bought.whole_number(expression)) -}}
    {%- elif type.startswith('decimal') -%}
        {{- return(also_bought.finite_number(expression, type)) -}}
    {%- elif type == dbt.type_boolean() and also_bought.is_of_kind(received_type, 'text') -%}
        {{- return(also_bought.boolean_of_text(expression)) -}}
    {%- elif type == dbt.type_boolean() and also_bought.is_of_kind(received_type, 'number') -%}
        {{- return('(' ~ expression ~ ' <> 0)') -}}
    {%- elif type in ('date', dbt.type_timestamp()) and 'with time zone' in received_type -%}
        {{- return('cast(' ~ expression ~ " at time zone 'UTC' as " ~ type ~ ')') -}}
    {%- else -%}
        {{- return('cast(' ~ expression ~ ' as ' ~ type ~ ')') -}}
    {%- endif -%}
{% endmacro %}


{% macro whole_number(expression) -%}
    case
        when abs(cast({{ expression }} as {{ also_bought.type_double() }})) < 9e18 and {{ expression }} = floor({{ expression }})
            then cast({{ expression }} as {{ dbt.type_bigint() }})
    end
{%- endmacro %}


{#- A number with more decimals than the type is rounded. -#}
{% macro finite_number(expression, type) -%}
    {%- set precision, scale = modules.re.findall('[0-9]+', type) | map('int') -%}
    case
        when abs(cast({{ expression }} as {{ also_bought.type_double() }})) < 1e{{ precision - scale }}
            then cast({{ expression }} as {{ type }})
    end
{%- endmacro %}


{% macro boolean_of_text(expression) -%}
    {%- set word = also_bought.in_case('lower', also_bought.clean_text(expression)) -%}
    case
        when {{ also_bought.is_one_of(word, ["'true'", "'t'", "'yes'", "'y'", "'1'"]) }} then true
        when {{ also_bought.is_one_of(word, ["'false'", "'f'", "'no'", "'n'", "'0'"]) }} then false
    end
{%- endmacro %}
