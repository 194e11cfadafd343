{% macro fewest_people_named() %}
    {{- adapter.dispatch('fewest_people_named', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_people_named() -%}
    {{ also_bought.setting('least_people') }}
{%- endmacro %}
