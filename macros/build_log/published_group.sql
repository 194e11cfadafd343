{#- Returns the group that a published table belongs to. Who says nothing has rows about persons. -#}
{% macro published_group(node) %}
    {{ return(node.config.meta.get('published_group', 'app')) }}
{% endmacro %}
