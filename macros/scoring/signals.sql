{#- What a blend weighs: the columns of the seed `blends` and of `scaled_candidates`. -#}
{% macro signals() %}
    {{ return(evidence().values() | sum(start=[])) }}
{% endmacro %}
