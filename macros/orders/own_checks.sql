{#- Returns the checks of this package, and what each asks: {check: in plain words}. -#}
{% macro own_checks() %}
    {{ return({
        'usable_orders': 'Is there anything to recommend from? Counts the lines kept, of all sources; wrong where '
            ~ 'there is none.',
        'rejected_lines': 'Does its staging model read a source wrongly? Counts the share of its lines that are '
            ~ 'rejected; wrong above also_bought__max_rejected_share.',
        'grain': 'Is a row of the source a line of an order? Says 1 where rows look like sums of a customer, a day or an '
            ~ 'order, which would count as lines; wrong then.',
        'currency': 'Can revenue be added up? Counts the currencies of the prices, where a source names them; wrong '
            ~ 'where there are several.',
        'freshness': 'Do orders still come? Counts the days since the newest order kept of all sources, and since the '
            ~ 'newest line of each. Wrong by the rule check_limits; a source that it does not name only warns, where '
            ~ 'it pauses longer than ever in thirteen weeks.',
        'volume': 'Do as many lines come as usual? Counts those of the latest week, as a multiple of the median week '
            ~ 'of the twelve before; wrong by the rule check_limits, or where a source has no line at all.',
        'control_totals': 'Does finance count the same? Counts the totals that differ by more than '
            ~ 'also_bought__control_totals_tolerance; wrong where there is one.',
    }) }}
{% endmacro %}


{#- Returns the names of all checks: ours, and the shop's, which are the names of its models. -#}
{% macro check_names() %}
    {%- set names = also_bought.own_checks() | list -%}
    {%- for model_name in also_bought.setting('checks') or [] -%}
        {%- set name = model_name.split('.') | last -%}
        {%- if name in names -%}
            {%- do also_bought.stop(
                'Two checks have the name ' ~ name ~ '.', 'the var also_bought__checks', 'rename the model.'
            ) -%}
        {%- endif -%}
        {%- do names.append(name) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
