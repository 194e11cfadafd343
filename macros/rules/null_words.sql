{% macro null_words() %}
    {{ return(adapter.dispatch('null_words', 'also_bought')()) }}
{% endmacro %}


{#- 'nil', '0' and '00' may be somebody. -#}
{% macro default__null_words() %}
    {{ return([
        'null', 'none', 'n/a', 'n.a.', 'na', 'nan', 'nat', '-', '--', '?', 'undefined', 'unknown', 'not set',
        'none given', 'not available', '\\N', '00000000-0000-0000-0000-000000000000'
    ]) }}
{% endmacro %}


{#- Returns what programs write where they have no value, in lower case, as a regular expression. Spreadsheets write
    #REF!, #DIV/0!, #ÜBERLAUF!, #N/A, #NV, #Н/Д; others a word in brackets: (null), (leer), <na>, [object object]. -#}
{% macro placeholders() %}
    {{ return(
        '#[^#1-9]{1,24}[!?]|#(n/?[abdv]|i/t|н/д|error|getting_data)|[(][^0-9()]{1,24}[)]|<[^0-9<>]{1,24}>'
        ~ '|\\[[^0-9]{1,24}\\]'
    ) }}
{% endmacro %}
