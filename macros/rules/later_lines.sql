{% macro later_lines() %}
    {{ return(adapter.dispatch('later_lines', 'also_bought')()) }}
{% endmacro %}


{% macro default__later_lines() %}
    {%- set has_day = also_bought.setting('as_of') is not none -%}
    {%- set is_later = '{} > ' ~ also_bought.run_clock() if has_day else 'false' -%}
    {{ return({
        'ordered_after_as_of': is_later.replace('{}', 'lines.ordered_at'),
        'updated_after_as_of': is_later.replace('{}', 'lines.updated_at'),
    }) }}
{% endmacro %}
