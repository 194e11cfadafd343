{#- Returns the condition that a whole text matches a regular expression. The expression may use only what all
    engines read alike: classes, repetitions, alternatives and groups. -#}
{% macro matches_whole(expression, pattern) %}
    {{- return(adapter.dispatch('matches_whole', 'also_bought')(
        expression, dbt.escape_single_quotes(pattern)
    )) -}}
{% endmacro %}


{% macro duckdb__matches_whole(expression, pattern) %}
    {{- return('regexp_full_match(' ~ expression ~ ", '" ~ pattern ~ "')") -}}
{% endmacro %}


{% macro postgres__matches_whole(expression, pattern) %}
    {{- return('(' ~ expression ~ " ~ '^(?:" ~ pattern ~ ")$')") -}}
{% endmacro %}


{#- \A and \z: $ would let a line end follow. -#}
{% macro spark__matches_whole(expression, pattern) %}
    {{- return('(' ~ expression ~ " rlike r'\\A(?:" ~ pattern ~ ")\\z')") -}}
{% endmacro %}
