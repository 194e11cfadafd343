{% macro sentence(text) -%}
    {%- set parts = [] -%}
    {#- Every second piece was between braces. -#}
    {%- for piece in modules.re.split('[{}]', modules.re.sub('\\s*\\n\\s*', ' ', text)) -%}
        {%- if loop.index is even -%}
            {%- do parts.append(kwargs[piece] if piece in kwargs else also_bought.as_text(piece)) -%}
        {%- elif piece -%}
            {%- do parts.append(also_bought.text_literal(piece)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ dbt.concat(parts) }}
{%- endmacro %}
