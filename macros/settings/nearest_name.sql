{#- Returns the candidate that shares the most pairs of letters with a name; empty where none shares more than the
    least. -#}
{% macro nearest_name(name, candidates, least_share=1 / 3) %}
    {%- set best = namespace(name='', share=least_share) -%}
    {%- set pairs = also_bought.letter_pairs(name) -%}
    {%- for candidate in candidates -%}
        {%- set others = also_bought.letter_pairs(candidate) -%}
        {%- set shared = pairs | select('in', others) | list | length -%}
        {%- set share = 2 * shared / (pairs | length + others | length) if pairs and others else 0 -%}
        {%- if share > best.share -%}
            {%- set best.name = candidate -%}
            {%- set best.share = share -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.name) }}
{% endmacro %}


{#- Returns the expected names that are not among those found. Each comes with the nearest of those found that
    nobody expects. -#}
{% macro missing_names(expected, found) %}
    {%- set missing = [] -%}
    {%- for name in expected if name not in found -%}
        {%- set nearest = also_bought.nearest_name(name, found | reject('in', expected) | list) -%}
        {%- do missing.append(name ~ (' (the nearest it has is ' ~ nearest ~ ')' if nearest else '')) -%}
    {%- endfor -%}
    {{ return(missing | join(', ')) }}
{% endmacro %}


{#- Returns the nearest candidate as the end of a sentence; empty where none is near. -#}
{% macro nearest_in_words(name, candidates) %}
    {%- set nearest = also_bought.nearest_name(name, candidates) -%}
    {{ return('; the nearest is ' ~ nearest if nearest else '') }}
{% endmacro %}


{#- Returns how the parts of an entry differ from those that it has to have, as the end of a sentence; empty where
    they are the same. -#}
{% macro differing_names(expected, found) %}
    {%- if expected | reject('in', found) | list -%}
        {{ return('lacks: ' ~ also_bought.missing_names(expected, found)) }}
    {%- endif -%}
    {%- for name in found if name not in expected -%}
        {{ return('has an unknown part, ' ~ name ~ '; its parts are ' ~ expected | join(' and ')) }}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}


{% macro letter_pairs(name) %}
    {%- set letters = name | lower | replace('_', '') -%}
    {%- set pairs = [] -%}
    {%- for place in range(letters | length - 1) -%}
        {%- do pairs.append(letters[place:place + 2]) -%}
    {%- endfor -%}
    {{ return(pairs | unique | list) }}
{% endmacro %}
