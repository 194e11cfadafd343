{% macro later_lines() %}
    {{ return(adapter.dispatch('later_lines', 'also_bought')()) }}
{% endmacro %}


{% macro default__later_lines() %}
    {%- set has_day = also_bought.setting('as_of') is not none -%}
    {%- set is_later = '{} > ' ~ also_bought.run_clock() if has_day else 'false' -%}
    {{ return({
        'ordered_after_as_of': {
            'condition': is_later.replace('{}', 'lines.ordered_at'),
            'in_plain_words': 'The line was ordered after the day of the var also_bought__as_of.',
            'what_to_do': 'Nothing: without the var, or with a later day, the line is judged as any other.',
        },
        'updated_after_as_of': {
            'condition': is_later.replace('{}', 'lines.updated_at'),
            'in_plain_words': 'The source changed the line after the day of the var also_bought__as_of.',
            'what_to_do': 'Nothing: without the var, or with a later day, the line is judged as any other.',
        },
    }) }}
{% endmacro %}
