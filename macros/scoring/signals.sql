{#- What a blend weighs: the columns of the seed `blends` and of `scaled_candidates`. -#}
{% macro signals() %}
    {{ return(['own_history', 'user_neighbours', 'item_neighbours', 'item_regression', 'trend']) }}
{% endmacro %}
