{#- Returns two texts as one, by which no other two texts are joined: the first blank that stands alone ends the
    first. -#}
{% macro joined_key(first, second) -%}
    {{ dbt.concat([
        'replace(replace(' ~ first ~ ", '~', '~~'), ' ', '~ ')", "' '", second
    ]) }}
{%- endmacro %}
