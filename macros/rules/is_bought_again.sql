{% macro is_bought_again(repeat_buyers, buyer_count) -%}
    ({{ adapter.dispatch('is_bought_again', 'also_bought')(repeat_buyers, buyer_count) }})
{%- endmacro %}


{% macro default__is_bought_again(repeat_buyers, buyer_count) -%}
    {{ repeat_buyers }} >= {{ also_bought.fewest_people_named() }} and 4 * {{ repeat_buyers }} >= {{ buyer_count }}
{%- endmacro %}
