{#- Stops where a list, which a shop may have added, does not say what it holds and what it must beat. -#}
{% macro check_lists(lists) %}
    {%- if not lists -%}
        {%- do also_bought.stop(
            'The rule lists names no list.', also_bought.file_of_rule('lists'), 'keep at least one.'
        ) -%}
    {%- endif -%}
    {%- for name, definition in lists.items() -%}
        {%- set problem = also_bought.list_problem(name, definition) -%}
        {%- if problem -%}
            {%- do also_bought.stop(
                'The list ' ~ name ~ ' ' ~ problem ~ '.',
                also_bought.file_of_rule('lists'),
                "write it like {'explore': {'holds': ['new'], 'baselines': ['top_sellers_recent']}}."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{#- Returns what is wrong with a list, as the end of a sentence; empty when nothing is. -#}
{% macro list_problem(name, definition) %}
    {%- set parts = ['holds', 'baselines'] -%}
    {%- set kinds = ['new', 'bought'] + also_bought.marked_kinds() | list -%}
    {%- if not modules.re.fullmatch('[a-z][a-z0-9_]{0,40}', name) or name in ('all', 'with_item') -%}
        {{ return('needs another name, of small letters, digits and _') }}
    {%- elif definition is not mapping -%}
        {{ return('does not say what it holds') }}
    {%- endif -%}
    {%- set problem = also_bought.differing_names(parts, definition | list) -%}
    {%- if problem -%}
        {{ return(problem) }}
    {%- endif -%}
    {%- for part in parts if definition[part] is string or definition[part] is not sequence or not definition[part] -%}
        {{ return('needs a list of words at ' ~ part) }}
    {%- endfor -%}
    {%- for kind in definition.holds if kind not in kinds -%}
        {{ return('holds ' ~ kind ~ ', but items are ' ~ kinds | join(' or ')
            ~ also_bought.nearest_in_words(kind, kinds)) }}
    {%- endfor -%}
    {%- for part, whole in {'seen': 'new', 'due': 'bought'}.items()
        if part in definition.holds and whole in definition.holds -%}
        {{ return('holds ' ~ part ~ ' beside ' ~ whole ~ ', but what is ' ~ part ~ ' is ' ~ whole ~ ' as well') }}
    {%- endfor -%}
    {%- if definition.baselines[0] == 'our_explore_list' -%}
        {{ return('begins its baselines with our_explore_list, but the first is published where nothing can be compared') }}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}
