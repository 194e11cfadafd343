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
    ] + also_bought.spreadsheet_errors()) }}
{% endmacro %}


{#- Returns what Excel, LibreOffice and Google Sheets write into a cell that they cannot work out, in the languages
    of most of Europe. -#}
{% macro spreadsheet_errors() %}
    {{ return([
        '#N/A', '#NA', '#REF!', '#VALUE!', '#NAME?', '#DIV/0!', '#NULL!', '#NUM!', '#SPILL!', '#CALC!', '#FIELD!',
        '#BLOCKED!', '#CONNECT!', '#UNKNOWN!', '#BUSY!', '#GETTING_DATA', '#ERROR!',
        '#NV', '#BEZUG!', '#WERT!', '#ZAHL!', '#ÜBERLAUF!',
        '#VALEUR!', '#NOM?', '#NOMBRE!', '#NUL!',
        '#N/D', '#¡REF!', '#¡VALOR!', '#¿NOMBRE?', '#¡NUM!', '#¡DIV/0!', '#¡NULO!',
        '#RIF!', '#VALORE!', '#NOME?', '#NULLO!', '#VALOR!', '#NÚM!', '#NULO!',
        '#N/B', '#VERW!', '#WAARDE!', '#NAAM?', '#GETAL!', '#LEEG!', '#DEEL/0!',
        '#N/D!', '#ADR!', '#ARG!', '#NAZWA?', '#LICZBA!', '#ZERO!', '#DZIEL/0!',
        '#SAKNAS!', '#REFERENS!', '#VÄRDEFEL!', '#NAMN?', '#OGILTIGT!', '#DIVISION/0!',
        '#I/T', '#REFERENCE!', '#VÆRDI!', '#NAVN?', '#VERDI!',
        '#Н/Д', '#ССЫЛКА!', '#ЗНАЧ!', '#ИМЯ?', '#ЧИСЛО!', '#ПУСТО!', '#ДЕЛ/0!'
    ]) }}
{% endmacro %}
