{% macro map_status(expression, words) -%}
    case {{ also_bought.in_case('lower', also_bought.clean_text(expression)) }}
        {%- for order_status, received_words in words.items() %}
            {%- for word in received_words %}
        when '{{ word }}' then '{{ order_status }}'
            {%- endfor %}
        {%- endfor %}
    end
{%- endmacro %}
