{%- set words = recommender_words() -%}
{%- set rows = [] -%}
{%- for list, of_list in recommenders().items() -%}
    {%- for recommender in of_list -%}
        {%- do rows.append([list, recommender, 'ours' if recommender == 'also_bought' else 'baseline']) -%}
    {%- endfor -%}
    {%- do rows.append([list, 'random', 'chance']) -%}
    {%- for control in ['stranger', 'oracle'] -%}
        {%- do rows.append([list, control, 'control']) -%}
    {%- endfor -%}
{%- endfor -%}

{%- for list, recommender, role in rows %}
select
    cast('{{ list }}' as {{ dbt.type_string() }}) as list,
    cast('{{ recommender }}' as {{ dbt.type_string() }}) as recommender,
    cast('{{ role }}' as {{ dbt.type_string() }}) as role,
    cast('{{ words[recommender] }}' as {{ dbt.type_string() }}) as ranks_by
{{ 'union all' if not loop.last }}
{%- endfor %}
