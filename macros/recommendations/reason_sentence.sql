{#- Returns one reason for a recommendation as a person would say it. It counts people and never names them;
    where the count is null it does not count them. -#}
{% macro reason_sentence() -%}
    case
        when strategy = 'own_history' and own_order_count = 1 then 'you ordered it before'
        when strategy = 'own_history' then {{ also_bought.sentence('you ordered it {own_order_count} times') }}
        when strategy in ('item_neighbours', 'item_regression')
            then {{ also_bought.sentence('because you bought {because_item_name}') }}
        when strategy = 'user_neighbours' and voting_neighbours is null then 'bought by customers like you'
        when strategy = 'user_neighbours'
            then {{ also_bought.sentence(
                'bought by {voting_neighbours} or more of your {neighbour_count} nearest neighbours'
            ) }}
        when contribution < 0 and strategy <> strategy_of_row then 'less, because it has long been known'
        {%- for evidence, reason in also_bought.plain_reasons().items() %}
        when strategy = '{{ evidence }}' then '{{ reason }}'
        {%- endfor %}
    end
{%- endmacro %}
