{% macro seen_half_life_days() %}
    {{ return(adapter.dispatch('seen_half_life_days', 'also_bought')()) }}
{% endmacro %}


{% macro default__seen_half_life_days() %}
    {{ return({'seen_lately': 3, 'seen_often': 30, 'set_aside': 14}) }}
{% endmacro %}
