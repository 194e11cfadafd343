{#- Returns the gain of a hit at a rank: 1 / log2(rank + 1) (Järvelin and Kekäläinen 2002, "Cumulated
    gain-based evaluation of IR techniques"). -#}
{% macro rank_discount(rank) -%}
    (ln(2) / ln({{ rank }} + 1))
{%- endmacro %}
