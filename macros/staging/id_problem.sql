{% macro id_problem(patterns) -%}
    case
        {%- for column, pattern in patterns.items() %}
            {%- if column not in ('customer_id', 'product_id') %}
                {%- do also_bought.stop(
                    'id_problem knows no column ' ~ column ~ '.', model.original_file_path,
                    'give a pattern for customer_id, product_id or both.'
                ) %}
            {%- endif %}
        when not {{ also_bought.matches_whole(column, pattern) }} then '{{ column }}_unusable'
        {%- endfor %}
    end
{%- endmacro %}
