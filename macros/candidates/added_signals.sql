{#- Returns the signals of this package that need an input or a switch, in words, by the seed whose blends weigh them:
    {seed: {signal: words}}. -#}
{% macro added_signals() %}
    {%- set added = {} -%}
    {%- for seed, its_signals in {
        'event_blends': also_bought.event_signals(), 'due_blends': also_bought.due_signals()
    }.items() if its_signals -%}
        {%- do added.update({seed: its_signals}) -%}
    {%- endfor -%}
    {{ return(added) }}
{% endmacro %}


{#- Returns their names. -#}
{% macro names_of_added_signals() %}
    {{ return(also_bought.added_signals().values() | map('list') | sum(start=[])) }}
{% endmacro %}


{#- Returns the signal of what the user usually buys again, in words; none without the var
    also_bought__repurchase_intervals. -#}
{% macro due_signals() %}
    {{ return({
        'due_again': 'how near the day is on which the user usually buys the item again, and how sure that day is',
    } if also_bought.setting('repurchase_intervals') else {}) }}
{% endmacro %}
