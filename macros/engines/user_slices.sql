{#- Returns conditions that part the users by key. On DuckDB a model of everybody's lists takes the first of
    them, and has the hook `insert_other_slices`. It then needs the memory of one slice alone.
    `users` is the model with the keys, from 1 without a gap. -#}
{% macro user_slices(users) %}
    {{- return(adapter.dispatch('user_slices', 'also_bought')(users)) -}}
{% endmacro %}


{% macro default__user_slices(users) %}
    {{- return(['true']) -}}
{% endmacro %}


{% macro duckdb__user_slices(users) %}
    {%- if not execute or flags.WHICH not in ('build', 'run', 'retry') or users.is_cte -%}
        {{ return(['true']) }}
    {%- endif -%}
    {%- set user_count = run_query('select count(*) from ' ~ users).columns[0].values()[0] | int -%}
    {%- set slices = 1 + user_count // 2500 -%}
    {%- set conditions = [] -%}
    {%- for slice in range(slices) -%}
        {%- do conditions.append(
            'user_key > ' ~ user_count * slice // slices
            ~ (' and user_key <= ' ~ user_count * (slice + 1) // slices if not loop.last)
        ) -%}
    {%- endfor -%}
    {{ return(conditions) }}
{% endmacro %}


{#- Runs after a model of the first slice, in its transaction: returns its query again for each other slice.
    -#}
{% macro insert_other_slices(users) %}
    {%- set slices = also_bought.user_slices(users) -%}
    {%- for slice in slices[1:] %}
    insert into {{ this }}
    {{ model.compiled_code | replace(slices | first, slice) }};
    {%- endfor %}
{% endmacro %}
