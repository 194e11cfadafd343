{#- Text without what nobody typed on purpose: Unicode in one form (NFC), no zero-width characters,
    no blanks of any kind at either end. -#}
{% macro clean_text(expression) %}
    {{- adapter.dispatch('clean_text', 'also_bought')(expression) -}}
{% endmacro %}


{% macro duckdb__clean_text(expression) -%}
    regexp_replace(
        regexp_replace(
            nfc_normalize({{ also_bought.as_text(expression) }}), '[\x{200B}-\x{200F}\x{2060}\x{FEFF}]', '', 'g'
        ),
        '^[\s\x{00A0}\x{3000}]+|[\s\x{00A0}\x{3000}]+$', '', 'g'
    )
{%- endmacro %}
