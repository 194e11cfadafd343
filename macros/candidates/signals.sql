{#- Returns what a blend weighs: the columns of the seed `blends` and of `scaled_candidates`. -#}
{% macro signals() %}
    {{ return(also_bought.evidence().values() | sum(start=[])) }}
{% endmacro %}


{#- Returns those that say something about one user and one item; the others say how an item sells. -#}
{% macro personal_signals() %}
    {%- set sales = also_bought.sales_windows().values() | map(attribute='signal') | list -%}
    {{ return(also_bought.signals() | reject('in', sales) | list) }}
{% endmacro %}
