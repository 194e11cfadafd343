{% macro null_words() %}
    {{ return(adapter.dispatch('null_words', 'also_bought')()) }}
{% endmacro %}


{#- 'nil', '0' and '00' may be somebody. -#}
{% macro default__null_words() %}
    {{ return([
        'null', 'none', 'n/a', 'n.a.', 'na', 'nan', 'nat', '-', '--', '?', 'undefined', 'unknown', 'not set',
        'none given', 'not available', '(null)', '(none)', '(not set)', '(unknown)', '(blank)', '(empty)', '(leer)',
        '(vide)', '(en blanco)', '(vuoto)', '(vazio)', '(leeg)', '[null]', '<null>', '<na>', '<none>', '\\N',
        '[object Object]', '00000000-0000-0000-0000-000000000000'
    ]) }}
{% endmacro %}


{#- Returns what spreadsheets write into a cell that they cannot work out, in lower case, as a regular expression:
    #REF!, #NAME?, #DIV/0!, #ÜBERLAUF!, and what ends without a mark: #N/A, #NV, #N/D, #Н/Д. -#}
{% macro spreadsheet_errors() %}
    {{ return('#[^#1-9]{1,24}[!?]|#(n/?[abdv]|i/t|н/д|error|getting_data)') }}
{% endmacro %}
