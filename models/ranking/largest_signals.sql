with candidates as (

    select * from {{ ref('also_bought', 'candidates') }}

),

popularity as (

    select * from {{ ref('also_bought', 'item_popularity') }}

),

list_kinds as (
    {{ list_kinds() }}
),

largest_of_kind as (

    select
        {%- for signal in personal_signals() %}
        max(case when candidates.signal = '{{ signal }}' then candidates.score else 0 end) as {{ signal }},
        {%- endfor %}
        {%- for window in sales_windows().values() %}
        max(popularity.{{ window.sales }}) as {{ window.signal }},
        {%- endfor %}
        candidates.cut_key,
        candidates.user_key,
        candidates.is_bought
    from candidates
    inner join popularity
        on candidates.cut_key = popularity.cut_key
        and candidates.item_key = popularity.item_key
    group by candidates.cut_key, candidates.user_key, candidates.is_bought

),

largest_signals as (

    select
        {%- for signal in signals() %}
        max(largest_of_kind.{{ signal }}) as {{ signal }},
        {%- endfor %}
        largest_of_kind.cut_key,
        largest_of_kind.user_key,
        list_kinds.list
    from largest_of_kind
    inner join list_kinds on largest_of_kind.is_bought = list_kinds.is_bought
    group by largest_of_kind.cut_key, largest_of_kind.user_key, list_kinds.list

)

select * from largest_signals
