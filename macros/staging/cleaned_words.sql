{#- Returns the words of a declaration as SQL, cleaned and in lower case, as the texts are that they are compared
    with. Words of ASCII cost the engine nothing. -#}
{% macro cleaned_words(words) %}
    {%- set cleaned = [] -%}
    {%- for word in words | map('string') -%}
        {%- do cleaned.append(
            also_bought.text_literal(word | trim | lower) if modules.re.fullmatch('[ -~]*', word)
            else also_bought.in_case(
                'lower', also_bought.cleaned_text(also_bought.text_literal(word), ['invisible', 'variants'])
            )
        ) -%}
    {%- endfor -%}
    {{ return(cleaned) }}
{% endmacro %}


{#- Stops where a declaration says one word where it must say a list of words. -#}
{% macro check_words(words, what) %}
    {%- if words is string or words is mapping or words is not sequence -%}
        {%- do also_bought.stop(
            'The ' ~ what ~ ' are ' ~ words | string | tojson ~ ', but they must be a list of words.',
            model.original_file_path, 'write them between brackets.'
        ) -%}
    {%- endif -%}
{% endmacro %}
