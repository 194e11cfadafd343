{#- Ends the build with three lines: what is wrong, where, what to do. A compiler error would bury them under
    every macro on the way here. -#}
{% macro stop(what, where, what_to_do) %}
    {{ exceptions.raise_dependency_error(
        what ~ '\nWhere: ' ~ where ~ '\nWhat to do: ' ~ what_to_do
    ) }}
{% endmacro %}


{#- Stops where a query finds something; the first column of its first row says what. The query reads
    `relation`, and is not asked in a unit test, which has no tables. -#}
{% macro stop_where(query, relation, where, what_to_do) %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') and not relation.is_cte -%}
        {%- set found = run_query(query).rows -%}
        {%- if found -%}
            {%- do also_bought.stop(found[0][0], where, what_to_do) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
