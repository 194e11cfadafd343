{% macro is_eligible(items, judged_at, is_production) -%}
    ({{ adapter.dispatch('is_eligible', 'also_bought')(items, judged_at, is_production) }})
{%- endmacro %}


{% macro default__is_eligible(items, judged_at, is_production) -%}
    {%- for condition in also_bought.reasons_off_sale(items, judged_at, is_production).values() %}
    {{ 'and ' if not loop.first }}not coalesce({{ condition }}, false)
    {%- endfor %}
{%- endmacro %}
