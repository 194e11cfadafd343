{#- A macro cannot read the version of its own package; a pytest keeps this equal to pyproject.toml. -#}
{% macro also_bought_version() %}
    {{ return('0.1.0') }}
{% endmacro %}
