{#- Returns a text of any letters as SQL: quotation marks, backslashes and dollars mean themselves. -#}
{% macro text_literal(text) %}
    {{- return(adapter.dispatch('text_literal', 'also_bought')(text | string)) -}}
{% endmacro %}


{% macro default__text_literal(text) %}
    {{- return("'" ~ text.replace("'", "''") ~ "'") -}}
{% endmacro %}


{#- Spark reads backslashes, and puts the value of a setting in the place of ${its name}. -#}
{% macro spark__text_literal(text) %}
    {%- set escapes = {'\\': '\\\\', "'": "\\'", '$': '\\u0024'} -%}
    {%- set letters = [] -%}
    {%- for letter in text -%}
        {%- do letters.append(escapes.get(letter, letter)) -%}
    {%- endfor -%}
    {{- return("'" ~ letters | join ~ "'") -}}
{% endmacro %}
