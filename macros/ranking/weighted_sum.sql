{#- Returns the sum of a candidate's signals, each times the weight that the blend gives it. A learned blend weighs
    their roots: between little and nothing lies more than between much and more. -#}
{% macro weighted_sum(signals, blends, candidates) -%}
    case
        when {{ blends }}.is_learned
            then {% for signal in signals -%}
                {{ blends }}.{{ signal }} * sqrt({{ candidates }}.{{ signal }}){{ ' + ' if not loop.last }}
            {%- endfor %}
        else {% for signal in signals -%}
            {{ blends }}.{{ signal }} * {{ candidates }}.{{ signal }}{{ ' + ' if not loop.last }}
        {%- endfor %}
    end
{%- endmacro %}
