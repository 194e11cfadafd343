{% macro null_words() %}
    {{ return(adapter.dispatch('null_words', 'also_bought')()) }}
{% endmacro %}


{% macro default__null_words() %}
    {{ return(['null', 'none', 'n/a', 'na', 'nan', '-']) }}
{% endmacro %}
