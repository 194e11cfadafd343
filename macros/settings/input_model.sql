{#- Returns the relation behind a model name from a var: project.model, or model for one of the root
    project. -#}
{% macro input_model(name) %}
    {{ return(ref(*also_bought.qualified_name(name).split('.'))) }}
{% endmacro %}


{% macro qualified_name(model_name) %}
    {{ return(model_name if '.' in model_name else project_name ~ '.' ~ model_name) }}
{% endmacro %}
