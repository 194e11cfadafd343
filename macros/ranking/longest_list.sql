{#- How many ranks a list needs: what is published and what is evaluated, whichever is longer. -#}
{% macro longest_list() %}
    {{- return([also_bought.setting('recommendations_per_list'), also_bought.evaluated_depths() | max] | max) -}}
{% endmacro %}
