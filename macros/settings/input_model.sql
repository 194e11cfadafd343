{#- The relation behind a model name from a var: model, or project.model. -#}
{% macro input_model(name) %}
    {%- set parts = name.split('.') -%}
    {{ return(ref(*parts)) }}
{% endmacro %}
