{#- Returns every leak check: {its name: {question: what it asks; sentence: what it found}}. In the sentence `{found}` is
    the number found, and `{share}` the same as a share of hundred. -#}
{% macro leak_check_definitions() %}
    {{ return({
        'history_after_cut': {
            'question': 'Does the history of a past cut end at the cut?',
            'sentence': '{found} rows of the history before a past cut are of orders after it.',
        },
        'history_miscounted': {
            'question': 'Does the history count all orders before a past cut, and only those?',
            'sentence': '{found} orders before the past cuts are missing in the history, or too many.',
        },
        'popularity_miscounted': {
            'question': 'Do top sellers count all orders before a past cut, and only those?',
            'sentence': '{found} orders before the past cuts are missing in the popularity, or too many.',
        },
        'evidence_miscounted': {
            'question': 'Do neighbours share what the orders before the cut say?',
            'sentence': '{found} of the neighbours tried share more or fewer buyers or items than the orders before '
                ~ 'the cut say.',
        },
        'numbers_miscounted': {
            'question': 'Is each number that ranking reads at a past cut the one that the orders before it give?',
            'sentence': '{found} numbers that ranking reads at past cuts differ from those counted again from the '
                ~ 'orders before.',
        },
        'catalogue_of_another_day': {
            'question': 'Is each item judged for a past cut as of that day?',
            'sentence': '{found} items are judged for a past cut otherwise than as of that day.',
        },
        'candidates_unknown': {
            'question': 'Do the signals name only users and items that were known before the cut?',
            'sentence': '{found} candidates of past cuts name a user or an item that was unknown before the cut, or '
                ~ 'not on sale.',
        },
        'catalogue_sampled': {
            'question': 'Are lists ranked from the whole catalogue?',
            'sentence': '{found} times a best seller is not among the candidates of a user.',
        },
        'unknown_items_listed': {
            'question': 'Do past lists name only items that somebody had bought?',
            'sentence': '{found} rows of past lists name an item that nobody had bought yet.',
        },
        'bought_items_explored': {
            'question': 'Do past explore lists name only items that were new to the user?',
            'sentence': '{found} rows of past explore lists name an item that the user had bought.',
        },
        'returned_items_listed': {
            'question': 'Do past lists leave out what the user had given back?',
            'sentence': '{found} rows of past lists name an item that the user had bought and given back.',
        },
        'baseline_too_weak': {
            'question': 'Is each baseline the best that it could be?',
            'sentence': '{found} rows or lists of baselines are not the best that the baseline could name.',
        },
        'targets_outside_window': {
            'question': 'Is each target of the days after the cut?',
            'sentence': '{found} targets are not of the days after the cut.',
        },
        'targets_left_out': {
            'question': 'Is each purchase after a past cut a target?',
            'sentence': '{found} purchases after a past cut are missing in the targets.',
        },
        'users_left_out': {
            'question': 'Is every user with something to find measured?',
            'sentence': '{found} users with something to find are missing in the metrics, or too many.',
        },
        'hits_miscounted': {
            'question': 'Do the metrics count the hits of the ranks that they name?',
            'sentence': '{found} hits differ from those counted again.',
        },
        'perfect_list_misjudged': {
            'question': 'Does every metric find the list of the answers perfect?',
            'sentence': '{found} metrics do not find the list of the answers perfect.',
        },
        'ndcg_above_its_hits': {
            'question': 'Is each NDCG one that its hits allow?',
            'sentence': '{found} values of NDCG are higher than their hits allow.',
        },
        'users_twice': {
            'question': 'Is each person one user?',
            'sentence': '{share} % of the users of five items and more bought the same at the same times as another; '
                ~ '1 % may.',
        },
        'too_good': {
            'question': 'Is our list as good as honest lists are (rule `is_too_good`)?',
            'sentence': 'Our list surely closes {share} % of what the best baseline misses; honest lists stay far '
                ~ 'below half.',
        },
        'signal_too_good': {
            'question': 'Is each signal alone as good as honest lists are (rule `is_too_good`)?',
            'sentence': 'One signal alone surely closes {share} % of what the best baseline misses; honest ones stay '
                ~ 'far below half.',
        },
        'stranger_too_good': {
            'question': 'Does our list of another user know no more than top sellers do (rule '
                ~ '`is_too_good_for_a_stranger`)?',
            'sentence': 'Given the list of another user, users find surely {share} % more than in top sellers; more '
                ~ 'than twice as much means that the list knows what will sell.',
        },
    }) }}
{% endmacro %}
