{% macro is_stale(last_sold_at, judged_at, keeps_dates) -%}
    ({{ adapter.dispatch('is_stale', 'also_bought')(last_sold_at, judged_at, keeps_dates) }})
{%- endmacro %}


{% macro default__is_stale(last_sold_at, judged_at, keeps_dates) -%}
    not ({{ keeps_dates }}) and {{ also_bought.days_between(last_sold_at, judged_at) }} > 120
{%- endmacro %}
