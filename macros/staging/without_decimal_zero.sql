{% macro without_decimal_zero(expression) %}
    {{- return(
        'case when ' ~ also_bought.matches_whole(expression, '[+-]?[0-9]+[.]0+')
        ~ ' then ' ~ dbt.split_part(expression, "'.'", 1) ~ ' else ' ~ expression ~ ' end'
    ) -}}
{% endmacro %}
