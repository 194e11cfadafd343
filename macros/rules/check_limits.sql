{% macro check_limits() %}
    {{ return(adapter.dispatch('check_limits', 'also_bought')()) }}
{% endmacro %}


{% macro default__check_limits() %}
    {{ return({'all': {'days_odd': 2, 'days_stale': 7, 'volume_low': 0.4, 'volume_high': 4}}) }}
{% endmacro %}


{% macro check_limit(name) -%}
    {%- set limits = also_bought.check_limits() -%}
    case
        {%- for source, of_source in limits.items() if name in of_source and source != 'all' %}
        when order_source = {{ also_bought.text_literal(source) }} then {{ of_source[name] }}
        {%- endfor %}
        when true then {{ limits['all'][name] }}
    end
{%- endmacro %}
