{#-
    Returns one row per claim about a model or seed that its rows break, and how many rows (or keys) break it. The
    claims stand in the YAML, beside what they are about:
    - `constraints: [{type: not_null}]` of a column of a table under contract;
    - in `meta` of a column: `not_null` where there is no such constraint, `accepted_values` (or the macro that
      names them), `expression_is_true` (what follows the column's name), `ranks_without_gaps`, `never_rises_with_rank`;
    - in `meta` of the model: `primary_key`, `unique` (more keys), `expression_is_true` (by the name of the claim).
    `relation` is what is asked, where it is not the model itself but one that stands in for it.
    `condition` leaves out rows that are too many to ask.

    dbt's own YAML tests would do, but dbt resolves their model by its name alone, in the root project first:
    in a project with a model `products` our tests of `products` would be run on that one.
-#}
{% macro broken_claims(name, relation=none, condition=none) %}
    {#- Outside the condition, so that dbt sees what the test depends on. -#}
    {%- set its_own = ref('also_bought', name) -%}
    {%- set relation = relation or its_own -%}
    {%- if not execute -%}
        {{ return('select 1 as not_yet_known from ' ~ relation) }}
    {%- endif -%}
    {#- By its alias too, because a model may have versions. -#}
    {%- set node = (graph.nodes.values()
        | selectattr('package_name', 'equalto', 'also_bought')
        | selectattr('resource_type', 'in', ['model', 'seed'])
        | selectattr('name', 'equalto', name)
        | selectattr('alias', 'equalto', its_own.identifier) | first) -%}
    {%- if condition -%}
        {%- set relation = '(select * from ' ~ relation ~ ' where ' ~ condition ~ ') as asked' -%}
    {%- endif -%}

    {#- Conditions of a row, all counted in one pass. -#}
    {%- set conditions = dict(node.config.meta.get('expression_is_true', {})) -%}
    {%- set queries = [] -%}
    {%- for column in node.columns.values() -%}
        {%- set claims = column.config.meta -%}
        {%- set name_in_sql = adapter.quote(column.name) if column.quote else column.name -%}
        {%- if claims.not_null or column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
            {%- do conditions.update({column.name ~ ' is not null': name_in_sql ~ ' is not null'}) -%}
        {%- endif -%}
        {%- if 'accepted_values' in claims -%}
            {%- set accepted = claims.accepted_values -%}
            {%- set accepted = also_bought[accepted]() if accepted is string else accepted -%}
            {%- set words = "'" ~ accepted | join("', '") ~ "'" -%}
            {%- do conditions.update({column.name ~ ' is an accepted value':
                name_in_sql ~ ' is null or ' ~ name_in_sql ~ ' in (' ~ words ~ ')'}) -%}
        {%- endif -%}
        {%- if 'expression_is_true' in claims -%}
            {%- set expression = name_in_sql ~ ' ' ~ claims.expression_is_true -%}
            {%- do conditions.update({expression: expression}) -%}
        {%- endif -%}
        {%- if 'ranks_without_gaps' in claims -%}
            {%- do queries.append(also_bought.rank_gaps(relation, name_in_sql, **claims.ranks_without_gaps)) -%}
        {%- endif -%}
        {%- if 'never_rises_with_rank' in claims -%}
            {%- do queries.append(also_bought.rises_with_rank(
                relation, name_in_sql, **claims.never_rises_with_rank
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for key in [node.config.meta.get('primary_key')] + node.config.meta.get('unique', []) if key -%}
        {%- set columns = [] -%}
        {%- for name in key -%}
            {%- do columns.append(adapter.quote(name) if node.columns.get(name, {}).quote else name) -%}
        {%- endfor -%}
        {%- do queries.append(also_bought.repeated_keys(relation, columns | join(', '))) -%}
    {%- endfor %}

with broken_conditions as (

    select
        {%- for condition in conditions.values() %}
        count(case when not coalesce({{ condition }}, false) then 1 end) as broken_{{ loop.index }},
        {%- endfor %}
        count(*) as row_count
    from {{ relation }}

),

broken as (

    {% for claim in conditions %}
    select
        {{ also_bought.text_literal(claim) }} as claim,
        broken_{{ loop.index }} as times_broken
    from broken_conditions
    {{ 'union all' if queries or not loop.last }}
    {% endfor %}
    {%- for query in queries %}
    {{ query }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select *
from broken
where times_broken > 0
{% endmacro %}


{#- Counts the keys that stand on more than one row. -#}
{% macro repeated_keys(relation, key) %}
    select {{ dbt.string_literal(key ~ ' is unique') }} as claim, count(*) as times_broken
    from (select 1 as one from {{ relation }} group by {{ key }} having count(*) > 1) as repeated
{% endmacro %}


{#- Counts the groups whose ranks are not 1, 2, ... n. -#}
{% macro rank_gaps(relation, column_name, group_by) %}
    select '{{ column_name }} has no gaps' as claim, count(*) as times_broken
    from (
        select 1 as one
        from {{ relation }}
        group by {{ group_by | join(', ') }}
        having
            min({{ column_name }}) <> 1
            or max({{ column_name }}) <> count(*)
            or count(distinct {{ column_name }}) <> count(*)
    ) as groups_with_gaps
{% endmacro %}


{#- Counts the rows that stand behind a row of a lower value. Where `ties_by` is given, rows of equal value must
    stand in its order. Weekly cuts give lower keys to who was there at the cuts, and ties go by keys. -#}
{% macro rises_with_rank(relation, column_name, group_by, rank_column='rank', ties_by=none) %}
    {%- set ties_by = none if also_bought.setting('weekly_evaluation') else ties_by %}
    select '{{ column_name }} never rises with {{ rank_column }}' as claim, count(*) as times_broken
    from (
        select
            {{ column_name }} as value_here,
            lag({{ column_name }}) over by_rank as value_before
            {%- if ties_by %},
            {{ ties_by }} as tie_here,
            lag({{ ties_by }}) over by_rank as tie_before
            {%- endif %}
        from {{ relation }}
        window by_rank as (partition by {{ group_by | join(', ') }} order by {{ rank_column }})
    ) as neighbouring_rows
    where
        value_before < value_here
        {%- if ties_by %}
        or (value_before = value_here and tie_before >= tie_here)
        {%- endif %}
{% endmacro %}
