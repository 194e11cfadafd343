{% macro is_machine_visitor(visitor_day_events) -%}
    ({{ adapter.dispatch('is_machine_visitor', 'also_bought')(visitor_day_events) }})
{%- endmacro %}


{% macro default__is_machine_visitor(visitor_day_events) -%}
    {{ visitor_day_events }} > 1000
{%- endmacro %}
