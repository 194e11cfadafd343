{#- How many ranks a list needs: what is published and what is evaluated, whichever is longer. -#}
{% macro longest_list() %}
    {{- return([setting('recommendations_per_list'), evaluated_depths() | max] | max) -}}
{% endmacro %}
