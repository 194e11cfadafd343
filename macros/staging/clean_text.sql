{% macro clean_text(expression) -%}
    case
        when {{ also_bought.is_clean_text(expression) }} then {{ also_bought.as_text(expression) }}
        else {{ also_bought.cleaned_text(expression) }}
    end
{%- endmacro %}


{% macro is_clean_text(expression) %}
    {{- return(also_bought.matches_whole(also_bought.as_text(expression), '[!#-&(-~]*')) -}}
{% endmacro %}


{% macro cleaned_text(expression, invisible=('invisible',)) %}
    {{- return(adapter.dispatch('cleaned_text', 'also_bought')(
        also_bought.as_text(expression),
        '[' ~ also_bought.characters_of(invisible) ~ ']',
        '[' ~ also_bought.characters_of(['blanks', 'joiners']) ~ ']+'
    )) -}}
{% endmacro %}


{% macro duckdb__cleaned_text(text, invisible, blanks) -%}
    regexp_replace(
        regexp_replace(nfc_normalize({{ text }}), '{{ invisible }}', '', 'g'),
        '^{{ blanks }}|{{ blanks }}$', '', 'g'
    )
{%- endmacro %}


{% macro postgres__cleaned_text(text, invisible, blanks) -%}
    regexp_replace(
        regexp_replace(normalize({{ text }}, nfc), '{{ invisible }}', '', 'g'),
        '^{{ blanks }}|{{ blanks }}$', '', 'g'
    )
{%- endmacro %}


{#- Spark has no function for the forms of Unicode, but its library ICU has. -#}
{% macro spark__cleaned_text(text, invisible, blanks) -%}
    case
        when {{ text }} is not null then regexp_replace(
            regexp_replace(
                java_method('com.ibm.icu.text.Normalizer', 'compose', {{ text }}, false), r'{{ invisible }}', ''
            ),
            r'\A{{ blanks }}|{{ blanks }}\z', ''
        )
    end
{%- endmacro %}
