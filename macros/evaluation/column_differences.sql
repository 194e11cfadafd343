{#- Returns a row per column: how many of its values that were read are not those counted again. In both relations a row
    has the same key. A row that was not counted again differs in all columns. -#}
{% macro column_differences(model_name, read, recounted, keys, columns) %}
    select
        '{{ model_name }}' as model_name,
        names.column_name,
        counted.row_count,
        case names.column_name
            {%- for column in columns %}
            when '{{ column }}' then counted.row_count - counted.{{ column }}
            {%- endfor %}
        end as difference_count
    from (
        select
            {%- for column in columns %}
            count(case when {{ read }}.{{ column }} = {{ recounted }}.{{ column }} then 1 end) as {{ column }},
            {%- endfor %}
            count(*) as row_count
        from {{ read }}
        left join {{ recounted }}
            on {% for key in keys -%}
            {{ read }}.{{ key }} = {{ recounted }}.{{ key }}{{ ' and ' if not loop.last }}
            {%- endfor %}
    ) as counted
    cross join (
        {%- for column in columns %}
        select '{{ column }}' as column_name {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as names
{% endmacro %}
