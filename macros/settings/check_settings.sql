{#- Runs before anything else: a wrong value or a misspelt name stops here, not three models later. -#}
{% macro check_settings() %}
    {%- for name in also_bought.setting_definitions() -%}
        {%- do also_bought.setting(name) -%}
    {%- endfor -%}
    {%- do also_bought.check_all_var_names() -%}
    {#- They check what a shop put into the rules: dbt does not parse our models again where that alone has changed. -#}
    {%- do also_bought.verdict_reasons() -%}
    {%- do also_bought.order_warnings() -%}
{% endmacro %}


{#- Stops where a name means a var of ours and is none, or stands where dbt does not read it for us. -#}
{% macro check_all_var_names() %}
    {%- set project_vars = also_bought.project_vars() -%}
    {%- set package_vars = project_vars.get('also_bought') or {} -%}
    {%- do also_bought.check_var_names(invocation_args_dict.get('vars', {}), '--vars') -%}
    {%- do also_bought.check_var_names(project_vars, 'vars: in dbt_project.yml') -%}
    {%- do also_bought.check_var_names(package_vars, 'vars: also_bought: in dbt_project.yml') -%}

    {%- if project_name != 'also_bought' -%}
        {%- for name in project_vars.get(project_name) or {} if name.startswith('also_bought__') -%}
            {%- do also_bought.stop(
                'The var ' ~ name ~ ' stands where only ' ~ project_name ~ ' reads it.',
                'vars: ' ~ project_name ~ ': in dbt_project.yml',
                'put it directly under vars:.'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{% macro check_var_names(vars, where) %}
    {%- set names = also_bought.setting_definitions() | list -%}
    {%- for name, value in vars.items()
        if modules.re.match('(?i)also[_-]?bought', name) and not (value is mapping and '__' not in name)
        or where.startswith('vars: also_bought:') and name in names -%}
        {%- if not name.startswith('also_bought__') or name[13:] not in names -%}
            {%- set nearest = also_bought.nearest_name(
                modules.re.sub('(?i)^also[_-]?bought', '', name), names
            ) -%}
            {%- do also_bought.stop(
                'There is no var named ' ~ name
                ~ ('; the nearest is also_bought__' ~ nearest if nearest) ~ '.',
                where,
                'correct the name, or remove it; the README lists all vars.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{#- Returns all vars of the root project, as they stand in its dbt_project.yml or vars.yml. dbt tells a macro
    only the value of a var that it names; what it finds them with knows the project. -#}
{% macro project_vars() %}
    {{ return((var.packages_for_node() | list | last).vars.to_dict()) }}
{% endmacro %}
