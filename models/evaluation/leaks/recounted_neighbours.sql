{#- The neighbours of some users and items, found again from the orders alone: what `user_neighbours_by_cut`,
    `item_neighbours_by_cut` and `plain_item_neighbours_by_cut` should say of them. -#}

with purchases as (

    select * from {{ ref('also_bought', 'recounted_purchases') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

recount_sample as (

    select * from {{ ref('also_bought', 'recount_sample') }}
    union all
    select
        'plain_item' as kind,
        cut_key,
        row_key
    from {{ ref('also_bought', 'recount_sample') }}
    where kind = 'item' and {{ is_reported() }}

),

weights as (

    select
        'user' as kind,
        cut_key,
        user_key as row_key,
        item_key as column_key,
        user_weight as weight
    from purchases
    union all
    select
        'item' as kind,
        cut_key,
        item_key as row_key,
        user_key as column_key,
        item_weight as weight
    from purchases
    union all
    select
        'plain_item' as kind,
        cut_key,
        item_key as row_key,
        user_key as column_key,
        1 as weight
    from purchases
    where {{ is_reported() }}

),

norms as (

    select
        kind,
        cut_key,
        row_key,
        cast(sum(weight * weight) as {{ dbt.type_bigint() }}) as squared_norm,
        count(*) as column_count
    from weights
    group by kind, cut_key, row_key

),

pairs as (

    select
        mine.kind,
        mine.cut_key,
        mine.row_key,
        theirs.row_key as neighbour_key,
        cast(sum(mine.weight * theirs.weight) as {{ dbt.type_bigint() }}) as dot_product,
        count(*) as shared_count
    from recount_sample
    inner join weights as mine
        on recount_sample.kind = mine.kind
        and recount_sample.cut_key = mine.cut_key
        and recount_sample.row_key = mine.row_key
    inner join weights as theirs
        on mine.kind = theirs.kind
        and mine.cut_key = theirs.cut_key
        and mine.column_key = theirs.column_key
        and mine.row_key <> theirs.row_key
    group by mine.kind, mine.cut_key, mine.row_key, theirs.row_key

),

measured as (

    select
        pairs.*,
        mine.squared_norm,
        mine.column_count,
        theirs.squared_norm as neighbour_squared_norm,
        {{ cosine_similarity('pairs.dot_product', 'mine.squared_norm', 'theirs.squared_norm') }} as similarity
    from pairs
    inner join norms as mine
        on pairs.kind = mine.kind
        and pairs.cut_key = mine.cut_key
        and pairs.row_key = mine.row_key
    inner join norms as theirs
        on pairs.kind = theirs.kind
        and pairs.cut_key = theirs.cut_key
        and pairs.neighbour_key = theirs.row_key
    left join eligible_items
        on pairs.cut_key = eligible_items.cut_key
        and pairs.neighbour_key = eligible_items.item_key
    where
        (pairs.kind = 'user' and pairs.shared_count >= {{ setting('min_shared_items') }})
        or (
            pairs.kind in ('item', 'plain_item')
            and pairs.shared_count >= {{ setting('min_shared_users') }}
            and eligible_items.item_key is not null
        )

),

ranked as (

    select
        *,
        row_number() over (
            partition by kind, cut_key, row_key
            order by similarity desc, neighbour_key asc
        ) as place
    from measured

)

select
    *,
    {{ in_millionths('similarity') }} as similarity_millionths,
    row_number() over (partition by kind, cut_key, row_key order by place asc) as rank
from ranked
where
    (kind = 'user' and place <= {{ setting('neighbours_per_user') }})
    or (
        kind in ('item', 'plain_item')
        and place <= {{ setting('neighbours_per_item') }}
        and {{ is_shared_by_enough('shared_count', 'column_count') }}
    )
