{#- Returns the condition for an id that would break whoever reads it: control characters, or more than 256
    characters. -#}
{% macro is_unusable_id(expression) %}
    {{- return(adapter.dispatch('is_unusable_id', 'also_bought')(expression)) -}}
{% endmacro %}


{% macro duckdb__is_unusable_id(expression) %}
    {{- return(
        '(length(' ~ expression ~ ") > 256 or regexp_matches(" ~ expression ~ ", '[[:cntrl:]]'))"
    ) -}}
{% endmacro %}


{% macro postgres__is_unusable_id(expression) %}
    {{- return('(length(' ~ expression ~ ') > 256 or ' ~ expression ~ " ~ '[\\x01-\\x1F\\x7F]')") -}}
{% endmacro %}


{% macro spark__is_unusable_id(expression) %}
    {{- return('(length(' ~ expression ~ ') > 256 or ' ~ expression ~ " rlike r'[\\x00-\\x1F\\x7F]')") -}}
{% endmacro %}
