{#- Returns the signals that events give, in words; none where the var also_bought__event_sources names no events. -#}
{% macro event_signals() %}
    {{ return({
        'last_seen': 'how lately the user looked at the item, and has not bought it since',
        'seen_lately': 'how often the user looked at the item in the last days, and has not bought it since',
        'seen_often': 'how often the user looked at the item in the last weeks, and has not bought it since',
        'set_aside': 'how lately the user put the item into the cart or on the wish list, and has not bought it since',
    } if also_bought.setting('event_sources') else {}) }}
{% endmacro %}
