{#- Of all customers who came back, the share that must have bought something again before a list of what to buy again is
    shown to anybody. -#}
{% macro fewest_repeat_buyers() %}
    {{- adapter.dispatch('fewest_repeat_buyers', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_repeat_buyers() -%}
    0.05
{%- endmacro %}
