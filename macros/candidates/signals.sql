{#- What a blend weighs: the columns of the seed `blends` and of `scaled_candidates`. -#}
{% macro signals() %}
    {{ return(also_bought.evidence().values() | sum(start=[])) }}
{% endmacro %}
