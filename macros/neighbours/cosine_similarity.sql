{#- Returns the cosine of two count vectors from exact integers. One division at the end gives the same bits
    in either direction, and never more than 1. -#}
{% macro cosine_similarity(dot_product, squared_norm_a, squared_norm_b) -%}
    least(
        1.0,
        cast({{ dot_product }} as {{ also_bought.type_double() }})
        / sqrt(
            cast({{ squared_norm_a }} as {{ also_bought.type_double() }})
            * cast({{ squared_norm_b }} as {{ also_bought.type_double() }})
        )
    )
{%- endmacro %}
