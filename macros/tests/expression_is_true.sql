{#- Fails with each row where the expression is false or unknown. On a column, the expression is what
    follows its name: `>= 0`. -#}
{% test expression_is_true(model, expression, column_name='') %}

select *
from {{ model }}
where not coalesce({{ column_name }} {{ expression }}, false)

{% endtest %}
