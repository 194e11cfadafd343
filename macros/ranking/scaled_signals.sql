{#- Returns the candidates with each signal as a share of the user's largest in the list, as the CTEs of a
    query that ends in `scaled`. The query has `candidates`, `popularity`, `largest_signals` and `list_kinds`
    before it. -#}
{% macro scaled_signals() %}

-- A candidate has one row of each signal that speaks for it.
gathered as (

    select
        cut_key,
        user_key,
        item_key,
        is_bought,
        {%- for signal in also_bought.personal_signals() %}
        max(case when signal = '{{ signal }}' then score else 0 end) as {{ signal }},
        {%- endfor %}
        cast(
            max(case when signal = 'own_frequency' then score else 0 end) as {{ dbt.type_bigint() }}
        ) as own_order_count
    from candidates
    group by cut_key, user_key, item_key, is_bought

),

scaled as (

    select
        gathered.cut_key,
        gathered.user_key,
        gathered.item_key,
        list_kinds.list,
        gathered.is_bought,
        gathered.own_order_count,
        {%- for window in also_bought.sales_windows().values() %}
        popularity.{{ window.sales }},
        {{ also_bought.share_of_largest('popularity.' ~ window.sales, 'largest_signals.' ~ window.signal) }} as {{ window.signal }},
        {%- endfor %}
        {%- for signal in also_bought.personal_signals() %}
        {{ also_bought.share_of_largest('gathered.' ~ signal, 'largest_signals.' ~ signal) }} as {{ signal }}{{ ',' if not loop.last }}
        {%- endfor %}
    from gathered
    inner join list_kinds on {{ also_bought.is_held_by_list('list_kinds', 'gathered.is_bought', 'gathered') }}
    inner join popularity
        on gathered.cut_key = popularity.cut_key
        and gathered.item_key = popularity.item_key
    inner join largest_signals
        on gathered.cut_key = largest_signals.cut_key
        and gathered.user_key = largest_signals.user_key
        and list_kinds.list = largest_signals.list

)
{% endmacro %}
