{#- Stops before anything is built where a model reads a seed that is neither loaded nor selected. A deferred run
    reads it elsewhere. -#}
{% macro check_seeds() %}
    {%- if execute and flags.WHICH in ('build', 'run') and not invocation_args_dict.get('defer') -%}
        {%- for model_id in also_bought.published_lineage() if model_id in selected_resources -%}
            {%- for seed_id in graph.nodes[model_id].depends_on.nodes
                if seed_id.startswith('seed.') and seed_id not in selected_resources -%}
                {%- set seed = graph.nodes[seed_id] -%}
                {%- if adapter.get_relation(seed.database, seed.schema, seed.alias) is none -%}
                    {%- do also_bought.stop(
                        'The seed ' ~ seed.name ~ ' is not loaded.',
                        graph.nodes[model_id].name ~ ' reads ' ~ seed.schema ~ '.' ~ seed.alias,
                        'run `dbt seed` first; or `dbt build`, which runs seeds, models and tests.'
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
