{#- Beyond which orders are odd: days without one (a warning, and too old), and the latest week's lines as a
    multiple of the median week's (too few, too many). `all` is for all sources together and for each that has
    no limit of its own. The freshness of a source that is named is judged by its limits: {'till': {'days_stale': 3}};
    that of any other by the pauses it made before. -#}
{% macro check_limits() %}
    {{ return(adapter.dispatch('check_limits', 'also_bought')()) }}
{% endmacro %}


{% macro default__check_limits() %}
    {{ return({'all': {'days_odd': 2, 'days_stale': 7, 'volume_low': 0.4, 'volume_high': 4}}) }}
{% endmacro %}


{#- The limit of the source of a row: its own, or that of all. -#}
{% macro check_limit(name) -%}
    {%- set limits = also_bought.check_limits() -%}
    case
        {%- for source, of_source in limits.items() if name in of_source and source != 'all' %}
        when order_source = '{{ source }}' then {{ of_source[name] }}
        {%- endfor %}
        when true then {{ limits['all'][name] }}
    end
{%- endmacro %}
