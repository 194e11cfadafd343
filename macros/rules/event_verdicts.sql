{% macro event_verdicts() %}
    {{ return(adapter.dispatch('event_verdicts', 'also_bought')()) }}
{% endmacro %}


{% macro default__event_verdicts() %}
    {{ return({
        'erased': {
            'condition': 'events.is_erased',
            'in_plain_words': 'The visitor asked to be forgotten, under this name or a later one.',
        },
        'without_id': {
            'condition': 'events.event_id is null',
            'in_plain_words': 'The event has no id, so nobody can tell whether it was delivered twice.',
        },
        'duplicate': {
            'condition': 'events.delivery > 1',
            'in_plain_words': 'Another event of the source has this id.',
        },
        'unknown_type': {
            'condition': 'events.event_type is null or events.event_type not in (\''
                ~ also_bought.event_types() | join("', '") ~ "')",
            'in_plain_words': 'The type is none of ' ~ also_bought.event_types() | join(', ') ~ '.',
        },
        'without_visitor': {
            'condition': 'events.visitor_id is null',
            'in_plain_words': 'The event names neither a customer nor a device.',
        },
        'later': {
            'condition': 'events.occurred_at > ' ~ also_bought.run_clock()
                if also_bought.setting('as_of') is not none else 'false',
            'in_plain_words': 'The event came after the day of the var also_bought__as_of.',
        },
        'out_of_range': {
            'condition': "events.occurred_at is null or events.occurred_at < cast('2000-01-01' as "
                ~ dbt.type_timestamp() ~ ') or events.occurred_at > '
                ~ dbt.dateadd('day', 1, also_bought.run_clock()),
            'in_plain_words': 'The time is missing, before the year 2000, or more than a day after the run.',
        },
        'in_orders': {
            'condition': "events.event_type = 'purchase'",
            'in_plain_words': 'What was bought is counted from the orders, and never a second time.',
        },
        'list_impression': {
            'condition': "events.event_type = 'impression'",
            'in_plain_words': 'A page showed the item. That says what the shop did, not what the visitor wants.',
        },
        'removal': {
            'condition': "events.event_type = 'cart_removal'",
            'in_plain_words': 'The visitor took the item out of the cart. It speaks for nothing.',
        },
        'unknown_item': {
            'condition': 'events.item_id is null',
            'in_plain_words': 'No product of the catalogue has this id.',
        },
        'excluded_item': {
            'condition': 'not events.is_merchandise or events.is_sensitive',
            'in_plain_words': 'The catalogue has it as no merchandise, or as sensitive.',
        },
        'machine': {
            'condition': 'events.is_bot or ' ~ also_bought.is_machine_visitor('events.visitor_day_events'),
            'in_plain_words': 'The source or the rule is_machine_visitor takes the visitor for a machine.',
        },
        'excluded_customer': {
            'condition': 'events.is_excluded_customer',
            'in_plain_words': 'The orders of the customer do not count either: no consent, staff or a machine.',
        },
        'removed_again': {
            'condition': "events.event_type = 'cart' and events.removed_at >= events.occurred_at",
            'in_plain_words': 'The visitor put the item into the cart and took it out again.',
        },
    }) }}
{% endmacro %}


{#- Returns the verdicts that an event may have. -#}
{% macro event_verdict_names() %}
    {{ return(['kept'] + also_bought.event_verdicts() | list) }}
{% endmacro %}


{#- Returns the types of events that a staging model may name. -#}
{% macro event_types() %}
    {{ return(['view', 'wishlist', 'cart', 'cart_removal', 'purchase', 'impression']) }}
{% endmacro %}
