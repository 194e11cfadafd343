with history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

items as (

    select * from {{ ref('also_bought', 'items') }}

),

users as (

    select * from {{ ref('also_bought', 'users') }}

),

weights as (

    select
        history.cut_key,
        history.user_key,
        -- Hashed twice: DuckDB joins the hashes of several values by xor, too, and changes that are
        -- alike (two items, each bought once more) would cancel.
        bit_xor(hash(hash(items.item_id, history.user_weight))) as weights_hash
    from history
    inner join items on history.item_key = items.item_key
    group by history.cut_key, history.user_key

)

select
    weights.cut_key,
    weights.user_key,
    hash(users.user_id, weights.weights_hash, {{ setting('min_shared_items') }}) as fingerprint
from weights
inner join users on weights.user_key = users.user_key
