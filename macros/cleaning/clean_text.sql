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


{#- Not \s: what that is depends on the locale. -#}
{% macro postgres__clean_text(expression) -%}
    {%- set invisible = '[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]' -%}
    {%- set blanks = '[ \\t\\n\\v\\f\\r\\u00A0\\u2000-\\u200A\\u200C\\u200D\\u202F\\u3000]+' -%}
    case
        when not {{ also_bought.as_text(expression) }} ~ '[^!-~]'
            then {{ also_bought.as_text(expression) }}
        else regexp_replace(
            regexp_replace(
                normalize({{ also_bought.as_text(expression) }}, nfc), '{{ invisible }}', '', 'g'
            ),
            '^{{ blanks }}|{{ blanks }}$', '', 'g'
        )
    end
{%- endmacro %}


{#- Spark has no function of its own for the forms of Unicode, but the library ICU, which has. -#}
{% macro spark__clean_text(expression) -%}
    {%- set invisible = '[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]' -%}
    {%- set blanks = '[ \\t\\n\\x0B\\f\\r\\u00A0\\u2000-\\u200A\\u200C\\u200D\\u202F\\u3000]+' -%}
    case
        when {{ expression }} is null then null
        when not {{ also_bought.as_text(expression) }} rlike '[^!-~]'
            then {{ also_bought.as_text(expression) }}
        else regexp_replace(
            regexp_replace(
                java_method('com.ibm.icu.text.Normalizer', 'compose', {{ also_bought.as_text(expression) }}, false),
                r'{{ invisible }}', ''
            ),
            r'\A{{ blanks }}|{{ blanks }}\z', ''
        )
    end
{%- endmacro %}
