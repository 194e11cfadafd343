{#- Returns the condition that a whole text matches a regular expression. The expression may use only what all
    engines read alike: classes, repetitions, alternatives and groups. -#}
{% macro matches_whole(expression, pattern) %}
    {{- return(adapter.dispatch('matches_whole', 'also_bought')(expression, pattern)) -}}
{% endmacro %}


{% macro duckdb__matches_whole(expression, pattern) %}
    {{- return('regexp_full_match(' ~ expression ~ ', ' ~ also_bought.text_literal(pattern) ~ ')') -}}
{% endmacro %}


{% macro postgres__matches_whole(expression, pattern) %}
    {{- return('(' ~ expression ~ ' ~ ' ~ also_bought.text_literal('^(?:' ~ pattern ~ ')$') ~ ')') -}}
{% endmacro %}


{#- \A and \z: $ would let a line end follow. -#}
{% macro spark__matches_whole(expression, pattern) %}
    {{- return('(' ~ expression ~ ' rlike ' ~ also_bought.text_literal('\\A(?:' ~ pattern ~ ')\\z') ~ ')') -}}
{% endmacro %}
