{#- What each user with a history really bought in the days after a past cut: the truth that the lists of
    that cut are compared with. -#}

with purchases_after_cut as (

    select * from {{ ref('also_bought', 'purchases_after_cut') }}

),

given_items as (

    select * from {{ ref('also_bought', 'given_items') }}

),

history as (

    select * from {{ ref('also_bought', 'user_item_counts_by_cut') }}

),

eligible_items as (

    select * from {{ ref('also_bought', 'eligible_items') }}

),

returned_items as (

    select * from {{ ref('also_bought', 'returned_items') }}

),

list_users as (

    select * from {{ ref('also_bought', 'list_users') }}

),

list_kinds as (
    {{ list_kinds() }}
),

targets_of_users as (

    select
        purchases_after_cut.cut_key,
        purchases_after_cut.user_key,
        purchases_after_cut.item_key,
        list_kinds.list,
        purchases_after_cut.is_in_next_basket
    from purchases_after_cut
    inner join list_users
        on purchases_after_cut.cut_key = list_users.cut_key
        and purchases_after_cut.user_key = list_users.user_key
    inner join eligible_items
        on purchases_after_cut.cut_key = eligible_items.cut_key
        and purchases_after_cut.item_key = eligible_items.item_key
    left join history
        on purchases_after_cut.cut_key = history.cut_key
        and purchases_after_cut.user_key = history.user_key
        and purchases_after_cut.item_key = history.item_key
    left join returned_items
        on purchases_after_cut.cut_key = returned_items.cut_key
        and purchases_after_cut.user_key = returned_items.user_key
        and purchases_after_cut.item_key = returned_items.item_key
    {{- joined_marks('purchases_after_cut') }}
    inner join list_kinds
        on {{ is_held_by_list('list_kinds', '(history.item_key is not null)') }}
    -- No list may show it.
    where returned_items.item_key is null

),

targets_of_given_items as (

    select
        purchases_after_cut.cut_key,
        purchases_after_cut.user_key,
        purchases_after_cut.item_key,
        'with_item' as list,
        purchases_after_cut.is_in_next_basket
    from purchases_after_cut
    inner join given_items
        on purchases_after_cut.cut_key = given_items.cut_key
        and purchases_after_cut.user_key = given_items.user_key
        and purchases_after_cut.item_key <> given_items.item_key
    inner join eligible_items
        on purchases_after_cut.cut_key = eligible_items.cut_key
        and purchases_after_cut.item_key = eligible_items.item_key

)

select * from targets_of_users
union all
select * from targets_of_given_items
