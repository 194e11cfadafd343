{#- The evidence of a recommendation as a person would say it. -#}
{% macro reason_sentence() -%}
    case
        when strategy = 'own_history' and own_order_count = 1 then 'you ordered it before'
        when strategy = 'own_history'
            then {{ dbt.concat(["'you ordered it '", as_text('own_order_count'), "' times'"]) }}
        when strategy = 'item_neighbours'
            then {{ dbt.concat(["'because you bought '", 'because_item_name']) }}
        when strategy = 'user_neighbours'
            then {{ dbt.concat([
                "'bought by '", as_text('voting_neighbours'), "' of your '",
                as_text('neighbour_count'), "' nearest neighbours'"
            ]) }}
        else 'a top seller'
    end
{%- endmacro %}
