{#- Stops where an entry of a rule that is a mapping lacks a part, because a shop that overrides the rule has
    written it. -#}
{% macro check_rule(rule, entries, parts) %}
    {%- for name, entry in entries.items() -%}
        {%- set found = [] -%}
        {%- for part in (entry if entry is mapping else {}) if entry[part] is string -%}
            {%- do found.append(part) -%}
        {%- endfor -%}
        {%- if parts | reject('in', found) | list -%}
            {%- do also_bought.stop(
                'The entry ' ~ name ~ ' of the rule ' ~ rule ~ ' lacks: '
                ~ also_bought.missing_names(parts, found) ~ '.',
                also_bought.file_of_rule(rule),
                'give the entry ' ~ parts | join(', ') ~ ', each a text.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}


{#- Returns where a rule stands: the file of the shop's own macro, or the macro's name. -#}
{% macro file_of_rule(rule) %}
    {%- set overridden = builtins.ref.manifest.macros.get('macro.' ~ project_name ~ '.default__' ~ rule) -%}
    {{ return(overridden.original_file_path if overridden else 'the macro default__' ~ rule) }}
{% endmacro %}
