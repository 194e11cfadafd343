{#- Returns the value of one var, checked. Everything that reaches SQL or a ref comes through here. -#}
{% macro setting(name) %}
    {%- set definition = also_bought.setting_definitions()[name] -%}
    {%- set value = var('also_bought__' ~ name) -%}
    {%- set problem = also_bought.setting_problem(definition, value) -%}
    {%- if problem -%}
        {%- do also_bought.stop(
            'The var also_bought__' ~ name ~ ' is ' ~ (value | tojson) ~ ', but ' ~ problem ~ '.',
            '--vars, or vars: in dbt_project.yml',
            'correct it; the README explains each var.'
        ) -%}
    {%- endif -%}
    {%- if definition.type in ('model', 'models') -%}
        {%- do also_bought.check_input_models(name, value) -%}
    {%- elif definition.type == 'signals' -%}
        {%- do also_bought.check_input_models(name, value.values() | map(attribute='model') | list) -%}
    {%- endif -%}
    {{ return(value) }}
{% endmacro %}


{#- Returns what is wrong with a value, as the end of a sentence; empty when nothing is. -#}
{% macro setting_problem(definition, value) %}
    {%- set model_name = '[A-Za-z_][A-Za-z0-9_]*([.][A-Za-z_][A-Za-z0-9_]*)?' -%}
    {%- set type = definition.type -%}
    {%- if value is none and definition.get('optional') -%}
        {{ return('') }}
    {%- elif type == 'integer' and (
        value is boolean or value is not integer or value < definition.min or value > definition.max
    ) -%}
        {{ return('it must be a whole number from ' ~ definition.min ~ ' to ' ~ definition.max) }}
    {%- elif type == 'number' and (
        value is boolean or value is not number or not definition.min <= value <= definition.max
    ) -%}
        {{ return('it must be a number from ' ~ definition.min ~ ' to ' ~ definition.max) }}
    {%- elif type == 'boolean' and value is not boolean -%}
        {{ return('it must be true or false') }}
    {%- elif type == 'choice' and value not in definition.choices -%}
        {{ return('it must be one of: ' ~ definition.choices | join(', ')) }}
    {%- elif type == 'text' and not (value is string and value) -%}
        {{ return('it must be a text') }}
    {%- elif type == 'date' and not also_bought.is_calendar_date(value | string) -%}
        {{ return('it must be a date like 2025-03-31') }}
    {%- elif type == 'model' and not (value is string and modules.re.fullmatch(model_name, value)) -%}
        {{ return('it must be the name of a model, or project.model') }}
    {%- elif type == 'models' -%}
        {%- if value is string or value is not sequence or not value -%}
            {{ return('it must be a list of model names') }}
        {%- endif -%}
        {%- for model in value if not (model is string and modules.re.fullmatch(model_name, model)) -%}
            {{ return((model | tojson) ~ ' in it is not the name of a model, or project.model') }}
        {%- endfor -%}
        {%- set names = [] -%}
        {%- for model in value -%}
            {%- do names.append(also_bought.qualified_name(model)) -%}
        {%- endfor -%}
        {%- if names | unique(case_sensitive=true) | list | length < names | length -%}
            {{ return('it names a model twice') }}
        {%- endif -%}
    {%- elif type == 'choices' and (
        value is string or value is not sequence or value | reject('in', also_bought.check_names()) | list
    ) -%}
        {{ return('it must be a list of some of: ' ~ also_bought.check_names() | join(', ')) }}
    {%- elif type == 'signals' -%}
        {{ return(also_bought.signals_problem(value, model_name)) }}
    {%- elif type == 'reasons' -%}
        {%- if value is not mapping or value | reject('in', also_bought.check_names()) | list -%}
            {{ return('it must give a reason to some of: ' ~ also_bought.check_names() | join(', ')) }}
        {%- endif -%}
        {%- for reason in value.values()
            if not (reason is string and modules.re.fullmatch('[\\w .,:;()/%+-]{3,200}', reason)) -%}
            {{ return('a reason is 3 to 200 letters, digits and plain punctuation') }}
        {%- endfor -%}
    {%- endif -%}
    {{ return('') }}
{% endmacro %}


{#- Returns what is wrong with the signals that a shop adds, as the end of a sentence. A name becomes a column, so
    it has two words: no word of SQL has that pattern, nor has what is here already. -#}
{% macro signals_problem(value, model_name) %}
    {%- set like = 'like {near_you: {model: near_you, reason: bought where you live}}' -%}
    {%- if value is not mapping -%}
        {{ return('it must be ' ~ like) }}
    {%- endif -%}
    {%- for name, signal in value.items() -%}
        {%- set problem = also_bought.differing_names(['model', 'reason'], signal | list if signal is mapping else []) -%}
        {%- if not modules.re.fullmatch('[a-z][a-z0-9]*(_[a-z0-9]+)+', name) or name | length > 40 -%}
            {{ return(name ~ ' in it is no name of a signal: small letters and digits, in two words with _ between, '
                ~ like) }}
        {%- elif name in also_bought.taken_names() -%}
            {{ return(name ~ ' in it is a name of ours; give the signal another') }}
        {%- elif problem -%}
            {{ return(name ~ ' in it ' ~ problem) }}
        {%- elif not (signal.model is string and modules.re.fullmatch(model_name, signal.model)) -%}
            {{ return('the model of ' ~ name ~ ' must be the name of a model, or project.model') }}
        {%- elif not (
            signal.reason is string and modules.re.fullmatch('[\\w .,:;()/%+-]{3,200}', signal.reason)
        ) -%}
            {{ return('the reason of ' ~ name ~ ' must be 3 to 200 letters, digits and plain punctuation') }}
        {%- endif -%}
    {%- endfor -%}
    {{ return('') }}
{% endmacro %}


{#- Returns the names that a signal of a shop may not have: those of our signals, recommenders and columns. -#}
{% macro taken_names() %}
    {%- set names = [
        'own_frequency', 'own_order_count', 'top_sellers', 'our_explore_list', 'also_bought', 'cut_key', 'user_key',
        'item_key', 'is_bought', 'mean_ndcg', 'blended_score', 'scored_list', 'ranks_by'
    ] + also_bought.our_personal_signals() | list -%}
    {%- for name, window in also_bought.sales_windows().items() -%}
        {%- do names.extend(['top_sellers_' ~ name, window.sales, window.rank, window.signal]) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}


{#- 31 February, counted on from the first of the month, lands in March. -#}
{% macro is_calendar_date(text) %}
    {%- if not modules.re.fullmatch('[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])', text) -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set year, month, day = text.split('-') | map('int') -%}
    {%- set counted = modules.datetime.date(year, month, 1)
        + modules.datetime.timedelta(days=day - 1) -%}
    {{ return(counted.month == month) }}
{% endmacro %}
