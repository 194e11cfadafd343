{#- The number of people from which a reason says how many they are. Of fewer, somebody could guess who. -#}
{% macro fewest_people_named() %}
    {{- adapter.dispatch('fewest_people_named', 'also_bought')() -}}
{% endmacro %}


{% macro default__fewest_people_named() -%}
    3
{%- endmacro %}
