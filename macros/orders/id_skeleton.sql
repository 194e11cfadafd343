{#- Returns what an id looks like to the eye: in lower case, with Latin letters and digits for those that
    other scripts draw alike, and without quotation marks and joiners. Two ids with one skeleton are not merged; they
    are worth a look. -#}
{% macro id_skeleton(expression) -%}
    translate(
        {{ also_bought.in_case('lower', expression) }},
        {{ also_bought.text_literal(
            'аеорсухіјѕкмтвнαεορυνικτ０１２３４５６７８９－' ~ '"\'`´‘’“”\u200C\u200D'
        ) }},
        'aeopcyxijskmtbhaeopuvikt0123456789-'
    )
{%- endmacro %}
