{% macro is_bought_together(score, compared_pairs) -%}
    ({{ adapter.dispatch('is_bought_together', 'also_bought')(score, compared_pairs) }})
{%- endmacro %}


{#- A normal score is at least x by chance with a probability below exp(-x * x / 2) (Chernoff), and one of m scores
    below m times that (Bonferroni). -#}
{% macro default__is_bought_together(score, compared_pairs) -%}
    {{ score }} >= sqrt(2 * ln({{ compared_pairs }} / 0.05))
{%- endmacro %}
