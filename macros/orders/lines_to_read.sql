{#- Returns the condition for the lines this build must read, or none when it must read all. With a condition,
    the table `this` still holds for all other lines. A source that keeps the promise of
    `also_bought__incremental_orders` gives new and corrected rows a later `loaded_at` than it gave before,
    and drops none. Lines of the last known `loaded_at` are read again, because more of that load may have
    come since. So are lines dated after the clock that judged them, because time may have healed them. -#}
{% macro lines_to_read(inputs_hash) %}
    {%- if inputs_hash is none or flags.FULL_REFRESH
        or 'inputs_hash' not in adapter.get_columns_in_relation(this) | map(attribute='name') -%}
        {{ return(none) }}
    {%- endif -%}

    {%- set sources = run_query(
        'select source_precedence, cast(max(loaded_at) as ' ~ dbt.type_string() ~ ') as last_loaded_at,'
        ~ " min(inputs_hash) = max(inputs_hash) and max(inputs_hash) = '" ~ inputs_hash ~ "'"
        ~ ' and max(judged_at) <= ' ~ also_bought.run_clock() ~ ' as is_valid from ' ~ this
        ~ ' group by source_precedence'
    ).rows -%}
    {%- if not sources -%}
        {{ return(none) }}
    {%- elif sources | rejectattr('is_valid') | list -%}
        {{ return(also_bought.read_all_lines('the code, a setting, an account or the clock is another')) }}
    {%- endif -%}
    {%- set dated_ahead = run_query(
        'select distinct source_row from ' ~ this ~ ' where ordered_at > judged_at'
        ~ ' or updated_at > judged_at limit 1001'
    ).columns[0].values() -%}
    {%- if dated_ahead | length > 1000 -%}
        {{ return(also_bought.read_all_lines('more than 1,000 are dated ahead of the clock')) }}
    {%- endif -%}

    {%- set conditions = [
        'loaded_at is null',
        'source_precedence not in (' ~ sources | map(attribute='source_precedence') | join(', ') ~ ')',
    ] -%}
    {%- for source in sources if source.last_loaded_at is not none -%}
        {%- do conditions.append(
            'source_precedence = ' ~ source.source_precedence ~ " and loaded_at >= cast('" ~ source.last_loaded_at
            ~ "' as " ~ dbt.type_timestamp() ~ ')'
        ) -%}
    {%- endfor -%}
    {%- for source_row in dated_ahead -%}
        {%- do conditions.append('source_row = ' ~ also_bought.text_literal(source_row)) -%}
    {%- endfor -%}
    {%- set condition = '(' ~ conditions | join(' or ') ~ ')' -%}

    {%- set counts = run_query(
        'select count(*) as read_lines, count(*) - count(known.source_row) as new_lines, (select count(*) from ' ~ this
        ~ ') as known_lines, (select sum(received_lines) from ' ~ ref('also_bought', 'order_sources') ~ ') as received_lines from '
        ~ '(select order_source, source_row from ' ~ ref('also_bought', 'received_order_lines') ~ ' where ' ~ condition ~ ') as lines'
        ~ ' left join ' ~ this ~ ' as known'
        ~ ' on lines.order_source = known.order_source and lines.source_row = known.source_row'
    ).rows[0] -%}
    {%- set lost_lines = counts.known_lines + counts.new_lines - counts.received_lines -%}
    {%- if lost_lines > 0 -%}
        {{ return(also_bought.read_all_lines(lost_lines ~ ' are gone from their source')) }}
    {%- elif lost_lines < 0 -%}
        {{ return(also_bought.read_all_lines(-lost_lines ~ ' came with an earlier loaded_at than others before')) }}
    {%- endif -%}
    {%- do log(
        counts.read_lines ~ ' of ' ~ counts.received_lines ~ ' order lines to read, the others are known.', info=true
    ) -%}
    {{ return(condition) }}
{% endmacro %}


{% macro read_all_lines(reason) %}
    {%- do log('All order lines are read: ' ~ reason ~ '.', info=true) -%}
    {{ return(none) }}
{% endmacro %}
