{#- The log lies beside the build, in a schema of its own, so that no model's schema can drop it. -#}
{% macro build_log_relation(identifier) %}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema ~ '_meta', identifier=identifier
    )) }}
{% endmacro %}
