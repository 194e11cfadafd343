{#- How many items that are new to the customer a published list of both kinds holds at least, of every five one.
    Where there are fewer, the rest fills up. -#}
{% macro fewest_new_items() %}
    {{- adapter.dispatch('fewest_new_items', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_new_items() -%}
    {{ also_bought.setting('recommendations_per_list') // 5 }}
{%- endmacro %}
