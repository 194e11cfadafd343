{#- Returns a share of zero or more as a whole number of hundredths, for a sentence: 61. -#}
{% macro percentage(share) -%}
    {{ also_bought.as_text('cast(floor(100 * (' ~ share ~ ') + 0.5) as ' ~ dbt.type_bigint() ~ ')') }}
{%- endmacro %}
