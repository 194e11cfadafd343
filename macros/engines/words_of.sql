{#- Returns an expression that makes a row of each word of a text, in lower case. ASCII's blanks and punctuation
    stand between words. -#}
{% macro words_of(text) %}
    {{- return(adapter.dispatch('words_of', 'also_bought')(
        'lower(' ~ text ~ ')', also_bought.text_literal('[ -/:-`{-~]+')
    )) -}}
{% endmacro %}


{% macro duckdb__words_of(text, between) %}
    {{- return('unnest(regexp_split_to_array(' ~ text ~ ', ' ~ between ~ '))') -}}
{% endmacro %}


{% macro postgres__words_of(text, between) %}
    {{- return('regexp_split_to_table(' ~ text ~ ', ' ~ between ~ ')') -}}
{% endmacro %}


{% macro spark__words_of(text, between) %}
    {{- return('explode(split(' ~ text ~ ', ' ~ between ~ '))') -}}
{% endmacro %}
