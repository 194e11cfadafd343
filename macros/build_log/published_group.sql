{#- Returns the group that a published table belongs to. Who says nothing has rows about persons. -#}
{% macro published_group(node) %}
    {{ return(node.config.meta.get('published_group', 'app')) }}
{% endmacro %}


{#- Returns the columns of a published table that tell customers and orders: none in the group `bi`. Elsewhere it
    is what the model says, and nothing where it does not. -#}
{% macro person_keys(node) %}
    {{ return([] if also_bought.published_group(node) == 'bi' else node.config.meta.get('person_keys')) }}
{% endmacro %}
