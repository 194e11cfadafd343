{#- Runs before anything else: a wrong value or a misspelt name stops here, not three models later. -#}
{% macro check_settings() %}
    {%- set definitions = also_bought.setting_definitions() -%}
    {%- for name in definitions -%}
        {%- do also_bought.setting(name) -%}
    {%- endfor -%}
    {%- for name in invocation_args_dict.get('vars', {})
        if name.startswith('also_bought__') and name[13:] not in definitions -%}
        {%- do also_bought.stop(
            'There is no var named ' ~ name ~ '.', '--vars',
            'name one of these, with also_bought__ before it: ' ~ definitions | join(', ') ~ '.'
        ) -%}
    {%- endfor -%}
{% endmacro %}
