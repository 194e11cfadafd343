{#- Returns what each check and each kind of warning about the orders means, one row each. The description of
    its model says it of a shop's own check. -#}
{% macro order_check_definitions() %}
    {%- set checks = dict(also_bought.own_checks()) -%}
    {%- for model_name in also_bought.setting('checks') or [] -%}
        {%- set model_id = 'model.' ~ also_bought.qualified_name(model_name) -%}
        {%- set description = graph.nodes[model_id].description if execute and model_id in graph.nodes else '' -%}
        {%- do checks.update({
            model_name.split('.') | last: description | trim or 'A check of the shop; its model has no description.'
        }) -%}
    {%- endfor -%}

    {%- set rows = [] -%}
    {%- for name, in_plain_words in checks.items() -%}
        {%- do rows.append({
            'check_name': name,
            'kind': 'check',
            'in_plain_words': in_plain_words,
            'stops_a_build': name in also_bought.setting('stopping_checks'),
        }) -%}
    {%- endfor -%}
    {%- for name, in_plain_words in also_bought.order_warnings().items() -%}
        {%- do rows.append(
            {'check_name': name, 'kind': 'warning', 'in_plain_words': in_plain_words, 'stops_a_build': false}
        ) -%}
    {%- endfor -%}
    {{ return(rows) }}
{% endmacro %}


{#- Returns the kinds of warnings, and what each means: {warning: in plain words}. -#}
{% macro order_warnings() %}
    {%- set rule = also_bought.line_warnings() -%}
    {%- do also_bought.check_rule('line_warnings', rule, ['condition', 'example', 'in_plain_words']) -%}
    {%- set warnings = {} -%}
    {%- for name, warning in rule.items() -%}
        {%- do warnings.update({name: warning.in_plain_words}) -%}
    {%- endfor -%}
    {%- do warnings.update({
        'ids_damaged_by_spreadsheet': 'Ids look like 1.0, 1e3, 12345678901234560, 1-Mar or ###, and were something else '
            ~ 'before.',
        'ids_differ_only_in_case': 'Ids like abc and ABC are kept apart.',
        'ids_look_alike': 'Ids look the same and are not: Latin A and Cyrillic А, plain and full-width digits, '
            ~ 'with quotation marks and without.',
        'line_ids_disagree': 'The table gives the lines of an order other ids than a more trusted table does. The two '
            ~ 'are compared by order and product.',
        'units_taken_for_copies': 'Equal rows of the table are taken for copies, and none has more than one unit: each row '
            ~ "may be one unit. Then let its staging model say 'all' as extract_id.",
        'line_not_told_apart': 'A later line of the order has a fault, and does not say which line it is a version of. '
            ~ 'The earlier ones count.',
        'orders_of_two_customers': 'Lines of one order have two customers: order numbers start again somewhere. The '
            ~ 'column order_series of the staging model keeps such orders apart.',
        'orders_of_many_weeks': 'Purchases of one order lie more than four weeks apart: order numbers start again '
            ~ 'somewhere. The column order_series of the staging model keeps such orders apart.',
        'burst_of_new_customers': 'Most buyers of a product, a hundred at least, came in one hour and never again.',
        'customers_share_a_contact': 'Accounts have one contact, and nobody has merged them.',
    }) -%}
    {{ return(warnings) }}
{% endmacro %}
