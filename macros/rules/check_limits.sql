{#- Beyond which a source's orders are odd: days without an order (a warning, and too old), and the latest
    week's lines as a multiple of the median week's (too few, too many). -#}
{% macro check_limits() %}
    {{ return(adapter.dispatch('check_limits', 'also_bought')()) }}
{% endmacro %}


{% macro default__check_limits() %}
    {{ return({'days_odd': 2, 'days_stale': 7, 'volume_low': 0.4, 'volume_high': 4}) }}
{% endmacro %}
