{#- Stops where a consumer's `models: +materialized: view`, meant for its own models, reaches ours: dbt lets
    the root project's settings win over a package's. Views of views never end, and no view can be
    published. -#}
{% macro check_configs() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- set without_comments = [] -%}
        {%- for model in graph.nodes.values()
            if model.package_name == 'also_bought' and model.resource_type == 'model'
            and ('published' in model.tags or model.language == 'python') -%}
            {%- if model.config.materialized in ('view', 'ephemeral') -%}
                {%- do also_bought.stop(
                    'The model ' ~ model.name ~ ' of also_bought is configured as '
                    ~ model.config.materialized ~ '; it must be a table.',
                    'dbt_project.yml of ' ~ project_name ~ ', +materialized under models:',
                    'set it for your own models only: models: {' ~ project_name ~ ': {+materialized: '
                    ~ model.config.materialized ~ '}}.'
                ) -%}
            {%- elif not model.config.persist_docs.columns -%}
                {%- do without_comments.append(model.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if without_comments -%}
            {%- do exceptions.warn(
                'The published tables of also_bought get no comments: +persist_docs in dbt_project.yml of '
                ~ project_name ~ ' holds for all packages. Set it under models: {' ~ project_name ~ ': ...}.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
