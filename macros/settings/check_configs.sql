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


{#- Stops where a model of the shop's own, to be published with ours, lacks what readers of a published table rely on. -#}
{% macro check_published_models() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- for model in graph.nodes.values()
            if model.package_name == project_name and project_name != 'also_bought'
            and model.resource_type == 'model' and 'published' in model.tags -%}
            {%- set lacks = [] -%}
            {%- if model.config.materialized in ('view', 'ephemeral') -%}
                {%- do lacks.append('materialized: table') -%}
            {%- endif -%}
            {%- if not model.config.contract.enforced -%}
                {%- do lacks.append('contract: {enforced: true}') -%}
            {%- endif -%}
            {%- if not model.description -%}
                {%- do lacks.append('a description') -%}
            {%- endif -%}
            {%- if not model.config.meta.get('primary_key') -%}
                {%- do lacks.append('meta: {primary_key: [columns]}') -%}
            {%- endif -%}
            {%- for column in model.config.meta.get('primary_key', []) if column not in model.columns -%}
                {%- do lacks.append(
                    'the column ' ~ column ~ ' of its primary_key'
                    ~ also_bought.nearest_in_words(column, model.columns | list)
                ) -%}
            {%- endfor -%}
            {%- if lacks -%}
                {%- do also_bought.stop(
                    'The model ' ~ model.name ~ ' is tagged published and lacks: ' ~ lacks | join(', ') ~ '.',
                    model.original_file_path,
                    'add it in the YAML of the model, or remove the tag; docs/extending.md has an example.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#- Stops where a published table names a group that is none. -#}
{% macro check_published_groups() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot', 'test', 'retry'] -%}
        {%- for node in graph.nodes.values()
            if 'published' in node.tags and also_bought.published_group(node) not in ('app', 'bi') -%}
            {%- set group = also_bought.published_group(node) | string -%}
            {%- do also_bought.stop(
                'The published_group of ' ~ node.name ~ ' is ' ~ group ~ '; it is app or bi'
                ~ also_bought.nearest_in_words(group, ['app', 'bi']) ~ '.',
                node.original_file_path,
                'write meta: {published_group: bi} where no row is about a person, and app elsewhere.'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
