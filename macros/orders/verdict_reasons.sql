{#- Returns the reasons of all verdicts in the order in which they are tried, one row each: the rules' own, and those
    that follow from other lines, the order's status and returns. -#}
{% macro verdict_reasons() %}
    {%- set wrong_status = 'If the status is wrong, correct it at the source or in map_status. If such orders should '
        ~ 'count, override the rule counts_as_purchase.' -%}
    {%- for rule in ('later_lines', 'line_faults', 'exclusions') -%}
        {%- do also_bought.check_rule(rule, also_bought[rule](), ['condition', 'in_plain_words', 'what_to_do']) -%}
    {%- endfor -%}
    {%- set rows = [] -%}
    {%- for verdict, reasons in [
        ('later', also_bought.later_lines()),
        ('rejected', also_bought.line_faults()),
        ('rejected', {
            'contradiction_unresolved': {
                'in_plain_words': 'The most trusted table says two things about one line, with the same '
                    ~ 'time of change or none.',
                'what_to_do': 'Find out which is right and remove the other at the source, or give the '
                    ~ 'staging model an updated_at.',
            },
        }),
        ('duplicate', {
            'same_line_again': {
                'in_plain_words': 'Another copy of the line counts: the same table sent it twice, or a more '
                    ~ 'trusted table says the same.',
                'what_to_do': 'Nothing: it is how overlapping tables should look.',
            },
        }),
        ('superseded', {
            'lower_precedence_source': {
                'in_plain_words': 'A more trusted table has the line too, and says something else. Where that has '
                    ~ 'a fault, no line counts.',
                'what_to_do': 'Nothing, if the order of the tables in also_bought__order_sources is right.',
            },
            'older_version': {
                'in_plain_words': 'The same table has a later version of the line, or a later extract of its order '
                    ~ 'without it.',
                'what_to_do': 'Nothing. Where the later version has a fault, repair that.',
            },
        }),
        ('rejected', also_bought.exclusions()),
        ('cancelled', {
            'order_cancelled': {
                'in_plain_words': 'The order did not go through.',
                'what_to_do': wrong_status,
            },
            'order_refunded': {
                'in_plain_words': 'The shop gave the money back.',
                'what_to_do': wrong_status,
            },
            'order_unpaid': {
                'in_plain_words': 'The order is not paid, as far as the most trusted table knows.',
                'what_to_do': wrong_status,
            },
            'order_draft': {
                'in_plain_words': 'The order is a basket that nobody sent off.',
                'what_to_do': wrong_status,
            },
            'order_fraudulent': {
                'in_plain_words': 'The shop marked the order as fraud.',
                'what_to_do': wrong_status,
            },
        }),
        ('rejected', {
            'return_without_purchase': {
                'in_plain_words': 'The line is a return. Its order has no purchase of the product left to take '
                    ~ 'back, nor has the customer an earlier one.',
                'what_to_do': 'Add the table that has the purchase, where that is older than the tables; '
                    ~ 'otherwise nothing.',
            },
        }),
        ('cancelled', {
            'return_matched': {
                'in_plain_words': "The line is a return, set against the purchase of its order, or else against "
                    ~ "the customer's latest earlier purchases of the product.",
                'what_to_do': 'Nothing.',
            },
            'fully_returned': {
                'in_plain_words': 'Every unit of this purchase came back.',
                'what_to_do': 'Nothing.',
            },
        }),
    ] -%}
        {%- for reason, definition in reasons.items() -%}
            {%- do rows.append({
                'reason_number': rows | length + 1,
                'verdict_reason': reason,
                'verdict': verdict,
                'in_plain_words': definition.in_plain_words,
                'what_to_do': definition.what_to_do,
            }) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}
