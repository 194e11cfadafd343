{#- Returns the names and types of the columns that the model of merchandising rules yields. -#}
{% macro merchandising_rule_columns() %}
    {{ return({
        'rule_id': dbt.type_string(),
        'kind': dbt.type_string(),
        'list': dbt.type_string(),
        'item_id': dbt.type_string(),
        'category': dbt.type_string(),
        'brand': dbt.type_string(),
        'beside_item_id': dbt.type_string(),
        'amount': dbt.type_int(),
        'from_day': 'date',
        'to_day': 'date',
        'owner': dbt.type_string(),
        'reason': dbt.type_string(),
    }) }}
{% endmacro %}


{#- Returns the query of the rules as they were received, typed. dbt also parses the models of a shop that has none. -#}
{% macro typed_merchandising_rules() %}
    {%- set model_name = also_bought.setting('merchandising_rules') %}
    select
        {%- for column, type in also_bought.merchandising_rule_columns().items() %}
        {%- set value = 'cast(' ~ column ~ ' as ' ~ type ~ ')' %}
        {{ "nullif(" ~ value ~ ", '')" if type == dbt.type_string() else value }} as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ also_bought.input_model(model_name) if model_name else this }}
{% endmacro %}
