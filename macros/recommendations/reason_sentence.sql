{#- Returns one reason for a recommendation as a person would say it. It counts people and never names them;
    where the count is null it does not count them. -#}
{% macro reason_sentence(strategy, own_order_count, because_item_name, voting_neighbours, neighbour_count) -%}
    case
        when {{ strategy }} = 'own_history' and {{ own_order_count }} = 1 then 'you ordered it before'
        when {{ strategy }} = 'own_history'
            then {{ dbt.concat(["'you ordered it '", also_bought.as_text(own_order_count), "' times'"]) }}
        when {{ strategy }} in ('item_neighbours', 'item_regression')
            then {{ dbt.concat(["'because you bought '", because_item_name]) }}
        when {{ strategy }} = 'user_neighbours' and {{ voting_neighbours }} is null
            then 'bought by customers like you'
        when {{ strategy }} = 'user_neighbours'
            then {{ dbt.concat([
                "'bought by '", also_bought.as_text(voting_neighbours), "' of your '",
                also_bought.as_text(neighbour_count), "' nearest neighbours'"
            ]) }}
        {%- for signal, definition in also_bought.setting('signals').items() %}
        when {{ strategy }} = '{{ signal }}' then '{{ definition.reason }}'
        {%- endfor %}
        else 'a top seller'
    end
{%- endmacro %}
