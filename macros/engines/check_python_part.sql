{#- Runs before each run that needs the kernel, and stops where dbt finds no Python part of this version. A
    Python model that cannot import it fails in the middle of a build, in forty lines. dbt runs Python only
    for a materialization, and knows one by its name. -#}
{% macro python_part_materialization() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') and graph.nodes.values()
        | selectattr('unique_id', 'in', selected_resources)
        | selectattr('package_name', 'equalto', 'also_bought')
        | selectattr('language', 'equalto', 'python') | list -%}
        {%- call statement(language='python') -%}
import importlib.metadata
import sys

def model(dbt, session):
    try:
        import also_bought.dbt_models.cuts
        version, missing = importlib.metadata.version("also-bought"), None
    except ImportError as error:
        version, missing = None, error.name or str(error)
    session.execute(
        "create or replace temp table also_bought_python_part as"
        " select ? as version, ? as missing, ? as python",
        [version, missing, sys.executable],
    )

dbtObj = materialize = lambda *ignored: None
        {%- endcall -%}
        {%- do also_bought.check_python_part(*run_query('from also_bought_python_part').rows[0]) -%}
    {%- endif -%}
{% endmacro %}


{% macro check_python_part(version, missing, python) %}
    {%- if version != also_bought.also_bought_version() -%}
        {%- set package = var.packages_for_node() | first -%}
        {%- do also_bought.stop(
            'The Python part of also_bought ' ~ (
                'is not installed' if missing and missing.startswith('also')
                else 'cannot be used without ' ~ missing if missing
                else 'is ' ~ version ~ ', the dbt package ' ~ also_bought.also_bought_version()
            ) ~ '.',
            'the Python that runs dbt, ' ~ python,
            python ~ " -m pip install '" ~ package.project_root ~ "'"
        ) -%}
    {%- endif -%}
{% endmacro %}
