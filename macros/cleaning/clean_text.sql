{#- Text without what nobody typed on purpose: Unicode in one form (NFC), no zero-width spaces or marks of
    direction, no blanks of any kind at either end. Joiners stay within: emoji and Persian words need them. -#}
{% macro clean_text(expression) %}
    {{- adapter.dispatch('clean_text', 'also_bought')(expression) -}}
{% endmacro %}


{% macro duckdb__clean_text(expression) -%}
    {%- set invisible = '[\\x{200B}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2060}\\x{2066}-\\x{2069}\\x{FEFF}]' -%}
    {%- set blanks = '[\\s\\x{000B}\\x{00A0}\\x{2000}-\\x{200A}\\x{200C}\\x{200D}\\x{202F}\\x{3000}]+' -%}
    {#- Visible ASCII alone, as nearly every id is, has nothing to clean. -#}
    case
        when not regexp_matches({{ also_bought.as_text(expression) }}, '[^!-~]')
            then {{ also_bought.as_text(expression) }}
        else regexp_replace(
            regexp_replace(
                nfc_normalize({{ also_bought.as_text(expression) }}), '{{ invisible }}', '', 'g'
            ),
            '^{{ blanks }}|{{ blanks }}$', '', 'g'
        )
    end
{%- endmacro %}
