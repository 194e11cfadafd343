{#- Stops while parsing where a var names no model that a shop has. dbt itself would name the model of ours
    that reads it, not the var. The root project is parsed before this package, so its models are known. For
    other packages' models dbt says itself which is not there. -#}
{% macro check_input_models(setting_name, value) %}
    {%- if value is not none and not execute and project_name != 'also_bought' -%}
        {%- for name in ([value] if value is string else value)
            if also_bought.qualified_name(name).startswith(project_name ~ '.') -%}
            {%- do also_bought.check_is_set('also_bought__' ~ setting_name) -%}
            {%- do also_bought.check_model_exists(name.split('.') | last, 'also_bought__' ~ setting_name) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#- Stops where a shop has not set the var: its default is a model of the demo shop. -#}
{% macro check_is_set(var_name) %}
    {%- set project_vars = also_bought.project_vars() -%}
    {%- if var_name not in project_vars
        and var_name not in project_vars.get('also_bought', {})
        and var_name not in invocation_args_dict.get('vars', {}) -%}
        {%- do also_bought.check_all_var_names() -%}
        {%- do also_bought.stop(
            'The var ' ~ var_name ~ ' is not set.',
            'vars: in dbt_project.yml of ' ~ project_name,
            'name your staging models there, as under "Bring your own orders" in the README of also_bought.'
        ) -%}
    {%- endif -%}
{% endmacro %}


{% macro check_model_exists(model_name, var_name) %}
    {%- set manifest = builtins.ref.manifest -%}
    {%- set known = [] -%}
    {%- for node in (manifest.nodes.values() | list) + (manifest.disabled.values() | sum(start=[]))
        if node.package_name == project_name and node.resource_type in ('model', 'seed', 'snapshot') -%}
        {%- do known.append(node.name) -%}
    {%- endfor -%}
    {#- dbt reads YAML later: snapshots, and versions of a model instead of their files. -#}
    {%- for file in manifest.files.values() if file.project_name == project_name and file.dict_from_yaml -%}
        {%- set models = file.dict_from_yaml.get('models') or [] -%}
        {%- set snapshots = file.dict_from_yaml.get('snapshots') or [] -%}
        {%- do known.extend(models | selectattr('versions', 'defined') | map(attribute='name')) -%}
        {%- do known.extend(snapshots | map(attribute='name')) -%}
    {%- endfor -%}
    {%- if model_name not in known -%}
        {%- set nearest = also_bought.nearest_name(model_name, known) -%}
        {%- do also_bought.stop(
            'There is no model ' ~ model_name ~ ' in ' ~ project_name
            ~ ('; the nearest is ' ~ nearest if nearest) ~ '.',
            'the var ' ~ var_name,
            'correct the name in the var, or write the model.'
        ) -%}
    {%- endif -%}
{% endmacro %}
