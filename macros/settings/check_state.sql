{#- Returns what comes of a check that went wrong: accepted, where somebody said why; stop, where the shop
    chose so; else a warning. -#}
{% macro check_state(check_name, is_wrong) -%}
    case
        when {{ is_wrong }} then
        {%- if check_name in also_bought.setting('accepted_checks') %} 'accepted'
        {%- elif check_name in also_bought.setting('stopping_checks') %} 'stop'
        {%- else %} 'warn'
        {%- endif %}
        else 'ok'
    end
{%- endmacro %}


{#- Stops where a check says so, and names the way to accept it. -#}
{% macro stop_on_checks(checks) %}
    {%- if not flags.EMPTY and not invocation_args_dict.get('sample') -%}
        {%- do also_bought.stop_where(
            "select sentence from " ~ checks ~ "
            where state = 'stop'
            order by case when check_name = 'usable_orders' then 1 else 2 end, check_name, order_source
            limit 1",
            checks, checks.render() ~ ' has all checks; rejected_order_lines has every rejected line',
            'mend the source or its staging model, or accept it once and say why: --vars'
            ~ " '{also_bought__accepted_checks: {<check>: <why>}}'."
        ) -%}
    {%- endif -%}
{% endmacro %}
