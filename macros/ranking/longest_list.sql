{#- Returns how many ranks a list needs: those published or those evaluated, whichever are more. -#}
{% macro longest_list() %}
    {{- return([also_bought.setting('recommendations_per_list'), also_bought.evaluated_depths() | max] | max) -}}
{% endmacro %}
