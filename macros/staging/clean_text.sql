{% macro clean_text(expression) -%}
    case
        when {{ also_bought.is_clean_text(expression) }} then {{ also_bought.as_text(expression) }}
        else {{ also_bought.cleaned_text(expression) }}
    end
{%- endmacro %}


{% macro is_clean_text(expression) %}
    {{- return(adapter.dispatch('is_clean_text', 'also_bought')(also_bought.as_text(expression))) -}}
{% endmacro %}


{% macro duckdb__is_clean_text(text) %}
    {{- return('not regexp_matches(' ~ text ~ ", '[^!-~]')") -}}
{% endmacro %}


{% macro postgres__is_clean_text(text) %}
    {{- return('not ' ~ text ~ " ~ '[^!-~]'") -}}
{% endmacro %}


{% macro spark__is_clean_text(text) %}
    {{- return('not ' ~ text ~ " rlike '[^!-~]'") -}}
{% endmacro %}


{% macro cleaned_text(expression) %}
    {{- return(adapter.dispatch('cleaned_text', 'also_bought')(also_bought.as_text(expression))) -}}
{% endmacro %}


{% macro duckdb__cleaned_text(text) -%}
    {%- set invisible = '[\\x{200B}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2060}\\x{2066}-\\x{2069}\\x{FEFF}]' -%}
    {%- set blanks = '[\\s\\x{000B}\\x{00A0}\\x{2000}-\\x{200A}\\x{200C}\\x{200D}\\x{202F}\\x{3000}]+' -%}
    regexp_replace(
        regexp_replace(nfc_normalize({{ text }}), '{{ invisible }}', '', 'g'),
        '^{{ blanks }}|{{ blanks }}$', '', 'g'
    )
{%- endmacro %}


{#- \s would depend on the locale. -#}
{% macro postgres__cleaned_text(text) -%}
    {%- set invisible = '[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]' -%}
    {%- set blanks = '[ \\t\\n\\v\\f\\r\\u00A0\\u2000-\\u200A\\u200C\\u200D\\u202F\\u3000]+' -%}
    regexp_replace(
        regexp_replace(normalize({{ text }}, nfc), '{{ invisible }}', '', 'g'),
        '^{{ blanks }}|{{ blanks }}$', '', 'g'
    )
{%- endmacro %}


{#- Spark has no function for the forms of Unicode, but its library ICU has. -#}
{% macro spark__cleaned_text(text) -%}
    {%- set invisible = '[\\u200B\\u200E\\u200F\\u202A-\\u202E\\u2060\\u2066-\\u2069\\uFEFF]' -%}
    {%- set blanks = '[ \\t\\n\\x0B\\f\\r\\u00A0\\u2000-\\u200A\\u200C\\u200D\\u202F\\u3000]+' -%}
    case
        when {{ text }} is not null then regexp_replace(
            regexp_replace(
                java_method('com.ibm.icu.text.Normalizer', 'compose', {{ text }}, false), r'{{ invisible }}', ''
            ),
            r'\A{{ blanks }}|{{ blanks }}\z', ''
        )
    end
{%- endmacro %}
