{% macro is_due(days_since, interval_days) -%}
    ({{ adapter.dispatch('is_due', 'also_bought')(days_since, interval_days) }})
{%- endmacro %}


{% macro default__is_due(days_since, interval_days) -%}
    {{ days_since }} + 7 >= {{ interval_days }} and {{ days_since }} <= 2 * {{ interval_days }}
{%- endmacro %}
