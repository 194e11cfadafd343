{% macro coarse_score(score) %}
    {{- adapter.dispatch('coarse_score', 'also_bought')(score) -}}
{% endmacro %}


{% macro default__coarse_score(score) -%}
    floor(({{ score }}) * 100) / 100
{%- endmacro %}
