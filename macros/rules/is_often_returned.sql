{% macro is_often_returned(returned_low, shop_share) -%}
    ({{ adapter.dispatch('is_often_returned', 'also_bought')(returned_low, shop_share) }})
{%- endmacro %}


{% macro default__is_often_returned(returned_low, shop_share) -%}
    {{ returned_low }} > 0.2 and {{ returned_low }} > 3 * {{ shop_share }}
{%- endmacro %}
