{% macro counted_people(count) %}
    {{- adapter.dispatch('counted_people', 'also_bought')(count) -}}
{% endmacro %}


{% macro default__counted_people(count) -%}
    ({{ count }} - mod({{ count }}, {{ also_bought.fewest_people_named() }}))
{%- endmacro %}
