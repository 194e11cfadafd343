{#-
    Counts the results and names what keeps this command from being a complete build. A build is
    complete when each enabled model, seed, snapshot and data test has a good result of its own in
    this very command (results, not the selection: what was selected need not have run). Unit tests
    are not in `graph.nodes`; they count when they run (a failed one is a failed result), and
    leaving them out of a production build is all right.
-#}
{% macro build_summary(results) %}
    {%- set summary = {
        'succeeded': 0, 'warned': 0, 'failed': 0, 'skipped': 0, 'missing': 0, 'problems': []
    } -%}
    {%- set counted_as = {
        'success': 'succeeded', 'pass': 'succeeded', 'no-op': 'succeeded',
        'warn': 'warned', 'skipped': 'skipped'
    } -%}
    {%- set good_ids = [] -%}
    {%- for result in results -%}
        {%- set count = counted_as.get(result.status ~ '', 'failed') -%}
        {%- do summary.update({count: summary[count] + 1}) -%}
        {%- if count in ['succeeded', 'warned'] -%}
            {%- do good_ids.append(result.node.unique_id) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set good_ids = set(good_ids) -%}
    {%- for node in graph.nodes.values()
        if node.resource_type in ['model', 'seed', 'snapshot', 'test']
        and node.config.enabled
        and node.config.materialized != 'ephemeral'
        and node.unique_id not in good_ids -%}
        {%- do summary.update({'missing': summary.missing + 1}) -%}
    {%- endfor -%}

    {%- if flags.WHICH != 'build' -%}
        {%- do summary.problems.append('the command was `dbt ' ~ flags.WHICH ~ '`') -%}
    {%- endif -%}
    {%- for option in ['empty', 'sample', 'event_time_start', 'event_time_end']
        if invocation_args_dict.get(option) -%}
        {%- do summary.problems.append(
            'with `--' ~ option | replace('_', '-') ~ '` it read only a part of the rows'
        ) -%}
    {%- endfor -%}
    {%- for count, words in [
        ('failed', 'failed'), ('skipped', 'were skipped'),
        ('missing', 'of the enabled models, seeds, snapshots and tests have no good result')
    ] if summary[count] > 0 -%}
        {%- do summary.problems.append(summary[count] ~ ' ' ~ words) -%}
    {%- endfor -%}
    {{ return(summary) }}
{% endmacro %}
