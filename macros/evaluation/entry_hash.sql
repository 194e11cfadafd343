{#- Returns what an evaluation is known by, as one hash: its cut, its data and its code. -#}
{% macro evaluation_key(cut_at, data_hash, code_hash) -%}
    {{ dbt.hash(also_bought.text_of_columns([cut_at, data_hash, code_hash])) }}
{%- endmacro %}


{#- Returns what an entry of the history says, as one hash. -#}
{% macro entry_hash() -%}
    {{ dbt.hash(also_bought.text_of_columns([
        'evaluation_key', 'series_key', 'cut_at', 'list', 'target_set', 'segment', 'metric',
        'evaluated_ranks', 'baseline', 'population', 'is_suspect', 'user_count', 'mean', 'interval_low',
        'interval_high', 'baseline_mean', 'difference', 'difference_low', 'difference_high'
    ])) }}
{%- endmacro %}


{#- Returns the seal of an evaluation: a hash of all its entries and of the evaluation before. -#}
{% macro evaluation_hash(previous_hash) -%}
    {{ dbt.hash(dbt.concat([
        previous_hash, also_bought.joined_text('entry_hash', '|', also_bought.byte_order('entry_hash'))
    ])) }}
{%- endmacro %}
