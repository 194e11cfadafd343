{% macro is_return(line_type, quantity, unit_price) -%}
    ({{ adapter.dispatch('is_return', 'also_bought')(line_type, quantity, unit_price) }})
{%- endmacro %}


{% macro default__is_return(line_type, quantity, unit_price) -%}
    case
        when {{ line_type }} = 'return' then true
        when {{ line_type }} = 'adjustment' then false
        else coalesce({{ quantity }} < 0, false) or coalesce({{ unit_price }} < 0, false)
    end
{%- endmacro %}
