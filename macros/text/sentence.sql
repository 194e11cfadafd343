{#- Returns a plain sentence as SQL. `{a.column}` in it stands for that column, as text; where one is null, all is
    null. What is more than a column gets a name in the sentence, and SQL that yields text beside it:
    `sentence('{share} % of {order_source}', share=percentage('line_count / all_lines'))`. A line break in the
    sentence, with the blanks around it, is one blank. -#}
{% macro sentence(text) -%}
    {%- set parts = [] -%}
    {#- Every second piece was between braces. -#}
    {%- for piece in modules.re.split('[{}]', modules.re.sub('\\s*\\n\\s*', ' ', text)) -%}
        {%- if loop.index is even -%}
            {%- do parts.append(kwargs[piece] if piece in kwargs else also_bought.as_text(piece)) -%}
        {%- elif piece -%}
            {%- do parts.append(dbt.string_literal(dbt.escape_single_quotes(piece))) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ dbt.concat(parts) }}
{%- endmacro %}
