{% macro clean_id(expression, null_words=none, letter_case=none, drop_decimal_zero=false) %}
    {%- set words = null_words if null_words is not none else also_bought.null_words() -%}
    {%- if letter_case not in (none, 'lower', 'upper') -%}
        {%- do also_bought.stop(
            'clean_id knows no letter_case ' ~ letter_case | tojson ~ '.', 'the id ' ~ expression,
            'say lower or upper, or leave it out where abc and ABC are two ids.'
        ) -%}
    {%- endif -%}
    {#- `clean_text` taken apart: whether a text is clean is asked once, not once for each word. -#}
    case
        {%- for condition, text in [
            ('when ' ~ also_bought.is_clean_text(expression) ~ ' then', also_bought.as_text(expression)),
            ('else', also_bought.cleaned_text(expression)),
        ] %}
        {%- set id = also_bought.without_decimal_zero(text) if drop_decimal_zero else text %}
        {{ condition }} case
            when {{ also_bought.is_one_of(also_bought.in_case('lower', text), [''] + words) }} then null
            else {{ also_bought.in_case(letter_case, id) if letter_case else id }}
        end
        {%- endfor %}
    end
{%- endmacro %}
