{#- Runs before each model. Postgres knows nothing of what comes out of a `with`, guesses a handful of rows,
    and then compares each row with each. No table here has an index, so nothing is lost by forbidding it for
    this statement. -#}
{% macro join_by_hash() %}
    {{- return(adapter.dispatch('join_by_hash', 'also_bought')()) -}}
{% endmacro %}


{% macro default__join_by_hash() %}
{% endmacro %}


{% macro postgres__join_by_hash() %}
    {{- return('set local enable_nestloop = off; set local enable_mergejoin = off') -}}
{% endmacro %}
