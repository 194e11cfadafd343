{#- Returns the difference between the means of two groups of users and its 95% interval by Welch's t (Welch 1947).
    Each group may vary in its own way. It takes columns: how many users, the sum of their values, and that of the
    squares. Where nobody differs from anybody there is no interval. -#}
{% macro difference_between_groups(group, others) -%}
    {%- set means = [] -%}
    {%- set errors = [] -%}
    {%- set freedoms = [] -%}
    {%- for of in [group, others] -%}
        {%- set n = 'cast(' ~ of.users ~ ' as ' ~ also_bought.type_double() ~ ')' -%}
        {%- do means.append('(' ~ of.total ~ ' / ' ~ n ~ ')') -%}
        {%- set error -%}
            (greatest(0, {{ of.squares }} - {{ of.total }} * {{ of.total }} / {{ n }}) / ({{ n }} - 1) / {{ n }})
        {%- endset -%}
        {%- do errors.append(error) -%}
        {%- do freedoms.append(error ~ ' * ' ~ error ~ ' / (' ~ n ~ ' - 1)') -%}
    {%- endfor -%}
    {%- set error = '(' ~ errors | join(' + ') ~ ')' -%}
    {%- set freedom = '(' ~ error ~ ' * ' ~ error ~ ' / nullif(' ~ freedoms | join(' + ') ~ ', 0))' -%}
    {%- set margin = also_bought.student_t(freedom) ~ ' * sqrt(' ~ error ~ ')' -%}
    {{ means[0] }} - {{ means[1] }} as difference,
        {{ means[0] }} - {{ means[1] }} - {{ margin }} as difference_low,
        {{ means[0] }} - {{ means[1] }} + {{ margin }} as difference_high
{%- endmacro %}
