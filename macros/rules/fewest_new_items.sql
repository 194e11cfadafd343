{% macro fewest_new_items() %}
    {{- adapter.dispatch('fewest_new_items', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_new_items() -%}
    {{ also_bought.setting('recommendations_per_list') // 5 }}
{%- endmacro %}
