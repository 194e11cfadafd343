{% macro is_in_rhythm(gap_days, interval_days) -%}
    ({{ adapter.dispatch('is_in_rhythm', 'also_bought')(gap_days, interval_days) }})
{%- endmacro %}


{% macro default__is_in_rhythm(gap_days, interval_days) -%}
    abs({{ gap_days }} - {{ interval_days }}) * 3 <= {{ interval_days }}
{%- endmacro %}
