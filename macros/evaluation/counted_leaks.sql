{#- Returns a row per leak check that counts what is wrong, where one is an alarm. Each check is a relation of its name
    with the column `found`. -#}
{% macro counted_leaks(checks) %}
    {%- for check in checks %}
    select
        '{{ check }}' as check_name,
        'all' as list,
        cast(coalesce(found, 0) as {{ also_bought.type_double() }}) as found,
        coalesce(found, 0) > 0 as is_alarm,
        cast(null as {{ dbt.type_string() }}) as at_fault
    from {{ check }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
