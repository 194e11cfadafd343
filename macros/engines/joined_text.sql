{#- Returns the texts of a group in one, in the order of `order_by`, with a separator between. dbt's listagg
    knows no order on Spark. -#}
{% macro joined_text(expression, separator, order_by) %}
    {{- return(adapter.dispatch('joined_text', 'also_bought')(expression, "'" ~ separator ~ "'", order_by)) -}}
{% endmacro %}


{% macro default__joined_text(expression, separator, order_by) %}
    {{- return(dbt.listagg(expression, separator, 'order by ' ~ order_by)) -}}
{% endmacro %}


{% macro spark__joined_text(expression, separator, order_by) %}
    {{- return('listagg(' ~ expression ~ ', ' ~ separator ~ ') within group (order by ' ~ order_by ~ ')') -}}
{% endmacro %}
