{% macro clean_id(expression, null_words=none, letter_case=none, drop_decimal_zero=false) %}
    {%- set words = null_words if null_words is not none else also_bought.null_words() -%}
    {%- do also_bought.check_words(words, 'null_words of the id ' ~ expression) -%}
    {%- if letter_case not in (none, 'lower', 'upper') -%}
        {%- do also_bought.stop(
            'clean_id knows no letter_case ' ~ letter_case | tojson ~ '.', 'the id ' ~ expression,
            'say lower or upper, or leave it out where abc and ABC are two ids.'
        ) -%}
    {%- endif -%}
    {%- set text = also_bought.as_text(expression) -%}
    {%- set cleaned = also_bought.unguarded_id(also_bought.cleaned_text(expression, ['invisible', 'variants'])) -%}
    {#- The cheapest way first: nearly every id is visible ASCII, and looks like no word for nothing. -#}
    {%- set options = (also_bought.cleaned_words(words), null_words is none, letter_case, drop_decimal_zero) -%}
    case
        when {{ also_bought.matches_whole(text, also_bought.unlike_words(words)) }}
            then {{ also_bought.spelled_id(text, letter_case, drop_decimal_zero) }}
        when {{ also_bought.is_clean_text(expression) }} then {{ also_bought.named_id(text, *options) }}
        else {{ also_bought.named_id(cleaned, *options) }}
    end
{%- endmacro %}


{#- Returns a clean id as its source spells it; null where it names nobody. -#}
{% macro named_id(id, words, with_placeholders, letter_case, drop_decimal_zero) -%}
    case
            when {{ also_bought.is_nothing(also_bought.in_case('lower', id), words, with_placeholders) }} then null
            else {{ also_bought.spelled_id(id, letter_case, drop_decimal_zero) }}
        end
{%- endmacro %}


{#- Returns an id in the one case that a source declares, and without the decimals of a spreadsheet. -#}
{% macro spelled_id(id, letter_case, drop_decimal_zero) %}
    {%- set id = also_bought.without_decimal_zero(id) if drop_decimal_zero else id -%}
    {{- return(also_bought.in_case(letter_case, id) if letter_case else id) -}}
{% endmacro %}


{#- Returns the condition that a text in lower case is empty, one of the words or, unless a source has words of its
    own, what programs write where they have no value. -#}
{% macro is_nothing(text, words, with_placeholders) %}
    {%- set is_word = also_bought.is_one_of(text, ["''"] + words) -%}
    {{- return(
        is_word ~ ' or ' ~ also_bought.matches_whole(text, also_bought.placeholders()) if with_placeholders else is_word
    ) -}}
{% endmacro %}


{#- Returns a regular expression for texts of visible ASCII that are none of the words: they begin with another
    letter or digit, or have a digit where no word has one. -#}
{% macro unlike_words(words) %}
    {%- set initials = modules.re.sub('[^0-9a-z]', '', words | select | map('string') | map('first') | join | lower) -%}
    {%- set others = '0123456789abcdefghijklmnopqrstuvwxyz' | reject('in', initials) | join -%}
    {%- set rest = '[!#-&(-~]*' -%}
    {%- set pattern = '[' ~ others ~ others | upper ~ ']' ~ rest -%}
    {%- if not modules.re.search('[1-9]', words | join) -%}
        {%- set pattern = pattern ~ '|' ~ rest ~ '[1-9]' ~ rest -%}
    {%- endif -%}
    {{- return(pattern) -}}
{% endmacro %}


{#- Returns an id without what an export put around it to keep a spreadsheet from reading it as a number:
    ="00123", =T("00123"), "00123" and '00123. An apostrophe before a letter may be the name's own. -#}
{% macro unguarded_id(text) %}
    {{- return('trim(' ~ adapter.dispatch('unguarded_id', 'also_bought')(
        text, '^(?:=?"([^"]*)"|=T[(]"([^"]*)"[)]|\'([0-9+=-][^\']*)\'?)$'
    ) ~ ')') -}}
{% endmacro %}


{% macro default__unguarded_id(text, guards) %}
    {{- return('regexp_replace(' ~ text ~ ', ' ~ also_bought.text_literal(guards) ~ ", '\\1\\2\\3')") -}}
{% endmacro %}


{% macro spark__unguarded_id(text, guards) %}
    {{- return(
        'regexp_replace(' ~ text ~ ', ' ~ also_bought.text_literal(guards) ~ ', '
        ~ also_bought.text_literal('$1$2$3') ~ ')'
    ) -}}
{% endmacro %}
