{#- Returns the condition for an id that would break whoever reads it: control characters, ends of lines, letters
    that were lost, or more than 256 characters. -#}
{% macro is_unusable_id(expression) %}
    {{- return(
        '(length(' ~ expression ~ ') > 256 or '
        ~ adapter.dispatch('has_character', 'also_bought')(expression, also_bought.characters_of(['breaking'])) ~ ')'
    ) -}}
{% endmacro %}


{% macro duckdb__has_character(expression, characters) %}
    {{- return('regexp_matches(' ~ expression ~ ", '[" ~ characters ~ "]')") -}}
{% endmacro %}


{% macro postgres__has_character(expression, characters) %}
    {{- return('(' ~ expression ~ " ~ '[" ~ characters ~ "]')") -}}
{% endmacro %}


{% macro spark__has_character(expression, characters) %}
    {{- return('(' ~ expression ~ " rlike r'[" ~ characters ~ "]')") -}}
{% endmacro %}
