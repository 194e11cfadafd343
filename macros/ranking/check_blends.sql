{#- Stops where the blends, which may be a shop's own, have no weight for a signal, or not the lists that there are. -#}
{% macro check_blends(blends) %}
    {%- set weights = {} -%}
    {%- for signal in also_bought.blended_signals() -%}
        {%- do weights.update({signal: 'number'}) -%}
    {%- endfor -%}
    {%- set model_name = also_bought.setting('blends') -%}
    {%- for signal in also_bought.setting('signals') if model_name == 'also_bought.blends' -%}
        {%- do also_bought.stop(
            'No blend weighs the signal ' ~ signal ~ '.',
            'the var also_bought__blends, which names the blends of also_bought',
            'bring blends of your own with a column ' ~ signal ~ '; docs/extending.md shows some.'
        ) -%}
    {%- endfor -%}
    {%- do also_bought.check_input_columns(model_name, ['list', 'blend', 'preference'] + weights | list, 'blends') -%}
    {%- do also_bought.check_input_types(model_name, weights) -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') and model.resource_type == 'model'
        and not invocation_args_dict.empty -%}
        {%- set where = 'the model ' ~ model_name ~ ', named by the var also_bought__blends' -%}
        {%- set lists = run_query('select distinct list from ' ~ blends).columns[0].values() | list -%}
        {%- set problem = also_bought.problem_of_blended_lists(lists) -%}
        {%- if problem -%}
            {%- do also_bought.stop(
                problem, where, 'each list has at least one row; the rule lists says which there are.'
            ) -%}
        {%- endif -%}
        {%- do also_bought.stop_where(
            also_bought.faulty_blends(blends), blends, where, 'correct the blends; write 0 where a signal is not to count.'
        ) -%}
    {%- endif -%}
{% endmacro %}


{#- Returns what is wrong with the lists that have blends; empty when nothing is. A shop that drops one of our lists
    may keep our blends of it. -#}
{% macro problem_of_blended_lists(blended) %}
    {%- set lists = also_bought.lists() | list -%}
    {%- for list in lists | reject('in', ['continue_looking', 'due_now']) if list not in blended -%}
        {{ return('There is no blend for the list ' ~ list
            ~ also_bought.nearest_in_words(list, blended | reject('in', lists) | list) ~ '.') }}
    {%- endfor -%}
    {%- set known = lists + also_bought.default__lists() | list -%}
    {%- for list in blended if list not in known -%}
        {{ return('There is no list ' ~ list ~ also_bought.nearest_in_words(list, known) ~ '.') }}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}


{#- Returns the query of blends with a weight that is missing or that no reason can say, or with the name of what the
    build learns, a sentence each. -#}
{% macro faulty_blends(blends) -%}
    {%- for signal in also_bought.blended_signals() %}
    select {{ also_bought.sentence('The blend {blend} of the list {list} has no weight of ' ~ signal ~ '.') }} as sentence
    from {{ blends }}
    where {{ signal }} is null
    union all
    {%- endfor %}
    {%- for signal in also_bought.personal_signals() | reject('in', also_bought.names_of_added_signals()) %}
    select
        {{ also_bought.sentence(
            'The blend {blend} of the list {list} weighs ' ~ signal
            ~ ' below 0; only what sells may count against an item.'
        ) }} as sentence
    from {{ blends }}
    where {{ signal }} < 0
    union all
    {%- endfor %}
    select
        {{ also_bought.sentence(
            'The blend learned of the list {list} has the name of those that the build learns.'
        ) }} as sentence
    from {{ blends }}
    where blend = 'learned'
{%- endmacro %}


{#- Returns the signals that a shop's blends weigh. Those of `added_signals` have blends of their own. -#}
{% macro blended_signals() %}
    {{ return(also_bought.signals() | reject('in', also_bought.names_of_added_signals()) | list) }}
{% endmacro %}
