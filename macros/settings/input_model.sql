{#- The relation behind a model name from a var: project.model, or model for one of the root project. -#}
{% macro input_model(name) %}
    {%- set parts = name.split('.') -%}
    {{ return(ref(*parts) if parts | length == 2 else ref(project_name, name)) }}
{% endmacro %}
