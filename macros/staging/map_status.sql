{% macro map_status(expression, words) -%}
    {%- set status_of = {} -%}
    {%- for order_status, received_words in words.items() -%}
        {%- do also_bought.check_words(received_words, 'words for ' ~ order_status) -%}
        {%- if order_status not in also_bought.order_statuses() -%}
            {%- do also_bought.stop(
                'map_status knows no status ' ~ order_status
                ~ also_bought.nearest_in_words(order_status, also_bought.order_statuses()) ~ '.',
                model.original_file_path,
                'the statuses are ' ~ also_bought.order_statuses() | join(', ') ~ '.'
            ) -%}
        {%- endif -%}
        {%- for word in received_words | map('string') -%}
            {%- if status_of.setdefault(word | trim | lower, order_status) != order_status -%}
                {%- do also_bought.stop(
                    'The word ' ~ word | tojson ~ ' means ' ~ status_of[word | trim | lower] ~ ' and '
                    ~ order_status ~ '.',
                    model.original_file_path,
                    'map it to one status; capitals and blanks around it make no other word.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    case {{ also_bought.in_case('lower', also_bought.clean_text(expression)) }}
        {%- for order_status, received_words in words.items() %}
            {%- for word in also_bought.cleaned_words(received_words) %}
        when {{ word }} then '{{ order_status }}'
            {%- endfor %}
        {%- endfor %}
    end
{%- endmacro %}
