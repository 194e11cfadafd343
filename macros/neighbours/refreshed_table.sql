{#- Makes a table that a build can refresh. Where the query reads the table itself, its rows replace those
    with the same `unique_key`, in one transaction. Any other query yields the whole table, which is then made
    anew. -#}
{% materialization refreshed_table, default %}
    {%- if this | string not in sql -%}
        {%- set whole_table = context.get('materialization_table_' ~ adapter.type(), materialization_table_default) -%}
        {{ return(whole_table()) }}
    {%- endif -%}

    {%- set refreshed = make_temp_relation(this) -%}
    {%- set key = config.require('unique_key') | join(', ') -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') | join(', ') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('refreshed') %}
        {{ create_table_as(True, refreshed, sql) }}
    {% endcall %}
    {% call statement('delete') %}
        delete from {{ this }} where ({{ key }}) in (select {{ key }} from {{ refreshed }})
    {% endcall %}
    {% call statement('main') %}
        insert into {{ this }} ({{ columns }}) select {{ columns }} from {{ refreshed }}
    {% endcall %}
    {% call statement('drop') %}
        drop table {{ refreshed }}
    {% endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [this]}) }}
{% endmaterialization %}


{% materialization refreshed_table, adapter='spark' %}
    {%- do also_bought.stop(
        'The tables of Spark are files whose rows cannot be replaced.', 'the var also_bought__incremental_orders',
        'leave it false on Spark.'
    ) -%}
{% endmaterialization %}
