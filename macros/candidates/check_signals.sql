{#- Stops where the model of a shop's signal does not yield what a signal is: who should get what at which cut, and how
    much speaks for it. -#}
{% macro check_signals() %}
    {%- for signal, definition in also_bought.setting('signals').items() -%}
        {%- do also_bought.check_input_columns(
            definition.model, ['cut_key', 'user_id', 'item_id', 'score'], 'signals'
        ) -%}
        {%- do also_bought.check_input_types(definition.model, {'cut_key': 'number', 'score': 'number'}) -%}
        {%- set relation = also_bought.input_model(definition.model) -%}
        {%- do also_bought.stop_where(
            also_bought.faults_of_signal(signal, relation), relation,
            'the model ' ~ definition.model ~ ', named by the var also_bought__signals',
            'correct the model; docs/extending.md says what it yields.'
        ) -%}
    {%- endfor -%}
{% endmacro %}


{#- Returns the query of what is wrong with the rows of a signal, a sentence each. -#}
{% macro faults_of_signal(signal, relation) -%}
    with received as (

        select
            cut_key,
            cast(user_id as {{ dbt.type_string() }}) as user_id,
            cast(item_id as {{ dbt.type_string() }}) as item_id,
            score
        from {{ relation }}

    ),

    faults as (

        select
            1 as priority,
            'have no cut_key, user_id or item_id' as words,
            count(*) as row_count
        from received
        where cut_key is null or user_id is null or item_id is null
        union all
        -- Of a float NaN is above all numbers.
        select
            2 as priority,
            'have no score above 0; leave out what nothing speaks for' as words,
            count(*) as row_count
        from received
        where score is null or not (score > 0 and score < 1e300)
        union all
        select
            3 as priority,
            'have a cut_key that the model cuts has not' as words,
            count(*) as row_count
        from received
        where cut_key not in (select cut_key from {{ ref('also_bought', 'cuts') }})
        union all
        select
            4 as priority,
            'repeat the cut_key, user_id and item_id of another' as words,
            coalesce(sum(repeated.row_count - 1), 0) as row_count
        from (
            select count(*) as row_count
            from received
            group by cut_key, user_id, item_id
        ) as repeated
        {%- for id, thing in {'user_id': 'customer', 'item_id': 'product'}.items() %}
        union all
        select
            {{ 4 + loop.index }} as priority,
            'name no {{ thing }} of the orders' as words,
            count(*) as row_count
        from received
        where {{ id }} not in (select {{ thing }}_id from {{ ref('also_bought', 'order_lines') }})
        having count(*) = (select count(*) from received)
        {%- endfor %}
        union all
        -- Without rows of the past nobody can try it, nor say how well it does.
        select
            7 as priority,
            'are of production alone; it needs rows of each cut' as words,
            count(*) as row_count
        from received
        where
            exists (select 1 from {{ ref('also_bought', 'cuts') }} where {{ also_bought.is_past() }})
            and not exists (select 1 from received where {{ also_bought.is_past() }})

    )

    select {{ also_bought.sentence('{row_count} rows of the signal ' ~ signal ~ ' {words}.') }} as sentence
    from faults
    where row_count > 0
    order by priority
    limit 1
{%- endmacro %}
