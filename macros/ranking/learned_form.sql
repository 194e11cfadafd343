{#- Returns a signal as learned blends weigh it: between little and nothing lies more than between much and more. -#}
{% macro learned_form(signal) -%}
    sqrt({{ signal }})
{%- endmacro %}
