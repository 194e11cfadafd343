{% macro ranking_metrics() %}
    {%- set metrics = adapter.dispatch('ranking_metrics', 'also_bought')() -%}
    {%- do also_bought.check_rule('ranking_metrics', metrics, [
        'column', 'value', 'metric_name', 'in_plain_words', 'may_be_concluded', 'may_not_be_concluded'
    ]) -%}
    {%- for metric, definition in metrics.items() -%}
        {%- for name in [metric, definition.column] if not modules.re.fullmatch('[a-z][a-z0-9_]{0,40}', name) -%}
            {%- do also_bought.stop(
                'The metric ' ~ metric ~ ' cannot have the name ' ~ name ~ '.',
                also_bought.file_of_rule('ranking_metrics'),
                'write small letters, digits and _.'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}


{% macro default__ranking_metrics() %}
    {%- set hit_count = 'cast(coalesce(hit_count, 0) as ' ~ also_bought.type_double() ~ ')' -%}
    {{ return({
        'recall': {
            'column': 'recall',
            'value': hit_count ~ ' / target_count',
            'metric_name': 'Recall',
            'in_plain_words': 'Of the items that a user bought next, the share that the list had named; the mean '
                ~ 'over users.',
            'may_be_concluded': 'Whether one list names more of what the same users bought next than another does.',
            'may_not_be_concluded': 'That unnamed items were wrong: users buy more than a list has room for. Not to be '
                ~ 'compared across list lengths.',
        },
        'precision': {
            'column': 'list_precision',
            'value': hit_count ~ ' / evaluated_ranks',
            'metric_name': 'Precision',
            'in_plain_words': 'Of the items on the list, the share that the user bought next; the mean over users.',
            'may_be_concluded': 'Whether one list of the same length wastes fewer places than another.',
            'may_not_be_concluded': 'That an item not bought was a bad suggestion: nobody saw the list. It is low wherever'
                ~ ' users buy little.',
        },
        'ndcg': {
            'column': 'ndcg',
            'value': 'coalesce(discounted_gain, 0) / ideal_gain',
            'metric_name': 'NDCG',
            'in_plain_words': 'Like recall, but a hit counts more the higher it stands: 1 at rank 1, 0.63 at rank 2,'
                ~ ' 0.5 at rank 3. 1 is a list with everything on top that could be there.',
            'may_be_concluded': 'Whether one list puts what is bought next higher up than another does; verdicts rest '
                ~ 'on it.',
            'may_not_be_concluded': 'How many users were helped, or how much was sold. 0.4 is not 40 % of anything.',
        },
        'map': {
            'column': 'average_precision',
            'value': 'coalesce(summed_precision, 0) / reachable_hits',
            'metric_name': 'MAP',
            'in_plain_words': 'At each hit the share of hits so far, averaged over the hits that were possible, then'
                ~ ' over users.',
            'may_be_concluded': 'Whether one list has its hits more densely at the top than another.',
            'may_not_be_concluded': 'Quality by itself: a value near 1 means few targets or a leak, not a good list.',
        },
        'mrr': {
            'column': 'reciprocal_rank',
            'value': 'coalesce(cast(1 as ' ~ also_bought.type_double() ~ ') / first_hit_rank, 0)',
            'metric_name': 'MRR',
            'in_plain_words': 'One divided by the rank of the first hit, 0 without a hit; the mean over users.',
            'may_be_concluded': 'Whether users meet their first hit sooner on one list than on another.',
            'may_not_be_concluded': 'The typical rank of the first hit: the mean of the inverses is ruled by ranks 1 and '
                ~ '2.',
        },
        'hit_rate': {
            'column': 'hit',
            'value': 'cast(case when hit_count > 0 then 1 else 0 end as ' ~ also_bought.type_double() ~ ')',
            'metric_name': 'Hit rate',
            'in_plain_words': 'The share of users whose list named at least one item that they bought next.',
            'may_be_concluded': 'How many of a hundred such users a list and its baseline had something for.',
            'may_not_be_concluded': 'That these users bought because of the list, or that the others are dissatisfied.',
        },
    }) }}
{% endmacro %}
