{% macro lists() %}
    {%- set lists = adapter.dispatch('lists', 'also_bought')() -%}
    {%- do also_bought.check_lists(lists) -%}
    {{ return(lists) }}
{% endmacro %}


{% macro default__lists() %}
    {%- set top_sellers = [
        'top_sellers_recent', 'top_sellers_week', 'top_sellers_fortnight', 'top_sellers_all_time'
    ] -%}
    {%- set lists = {
        'explore': {'holds': ['new'], 'baselines': top_sellers},
        'buy_again': {'holds': ['bought'], 'baselines': ['own_frequency'] + top_sellers},
        'for_you': {
            'holds': ['new', 'bought'], 'baselines': ['own_frequency'] + top_sellers + ['our_explore_list']
        },
    } -%}
    {%- if also_bought.event_signals() -%}
        {%- do lists.update({'continue_looking': {'holds': ['seen'], 'baselines': ['last_seen']}}) -%}
    {%- endif -%}
    {%- if also_bought.due_signals() -%}
        {%- do lists.update({'due_now': {'holds': ['due'], 'baselines': ['own_frequency']}}) -%}
    {%- endif -%}
    {{ return(lists) }}
{% endmacro %}
