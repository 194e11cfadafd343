{#- Returns how the root project has weakened a test of this package, as SQL text; null where it has not. -#}
{% macro weakness_of_test(node) %}
    {%- set weaknesses = [] -%}
    {%- if node.package_name == 'also_bought' -%}
        {%- set unweakened = {
            'severity': 'warn' if "severity='warn'" in node.raw_code else 'error',
            'where': none, 'limit': none, 'error_if': '!= 0', 'fail_calc': 'count(*)'
        } -%}
        {%- for option, usual in unweakened.items()
            if (node.config[option] ~ '').lower() != (usual ~ '').lower() -%}
            {%- do weaknesses.append(option ~ ': ' ~ node.config[option]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(
        also_bought.text_literal(weaknesses | join(', ')) if weaknesses else 'null'
    ) }}
{% endmacro %}


{#- Returns the ids of this package's tests of those nodes that the root project has switched off. The graph
    of a hook has only what is enabled; the manifest behind `ref` has all. A test with a condition of its own
    may be off. -#}
{% macro tests_switched_off(lineage) %}
    {%- set test_ids = [] -%}
    {%- for test_id, versions in ref.manifest.disabled.items()
        if test_id.startswith('test.also_bought.') and 'enabled=' not in versions[0].raw_code -%}
        {%- for tested in versions[0].refs
            if 'model.also_bought.' ~ tested.name in lineage
            or 'seed.also_bought.' ~ tested.name in lineage -%}
            {%- do test_ids.append(test_id) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(test_ids | unique | list) }}
{% endmacro %}
