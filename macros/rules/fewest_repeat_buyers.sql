{% macro fewest_repeat_buyers() %}
    {{- adapter.dispatch('fewest_repeat_buyers', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_repeat_buyers() -%}
    0.05
{%- endmacro %}
