"""The queries of what the page looks up: one record a customer, one a product.

They are run here, and in a browser by DuckDB-WASM on the same file, which need not be the same
DuckDB. `is_wanted` is what follows an id in a condition.
"""


def _card(item_id: str, item_name: str) -> str:
    """Return the struct of a product as a card shows it; `catalogue` is its row of `products`.

    A picture at an address of its own would be a request to somebody, so only data is shown.
    """
    return f"""
        struct_pack(
            item_id := {item_id}::varchar,
            item_name := {item_name},
            brand := catalogue.brand,
            category := catalogue.category,
            price := catalogue.price::double,
            picture := case
                when starts_with(catalogue.image_url, 'data:image/') then catalogue.image_url
            end,
            link := case
                when regexp_matches(catalogue.product_url, '^https?://') then catalogue.product_url
            end
        )
    """


def customer_records(is_wanted: str) -> str:
    """Return the query of customers: id, and a list of lists.

    A list is its name, the rows wanted, why it is short or null, and its rows: the product's card,
    and the reasons, each in percent of all that speaks for it or null.
    """
    of_wanted = f"where user_id::varchar {is_wanted}"
    return f"""
        with evidence as (
            select
                user_id, list, rank, reason, reason_rank, contribution,
                sum(greatest(contribution, 0)) over (partition by user_id, list, rank)
                    as speaks_for
            from recommendation_reasons
            {of_wanted}
        ),
        reasons as (
            select
                user_id, list, rank,
                list(
                    struct_pack(
                        reason := reason, percent := round(100 * contribution / speaks_for)::int
                    )
                    order by reason_rank
                ) as reasons
            from evidence
            where speaks_for > 0
            group by user_id, list, rank
        ),
        items as (
            select *
            from user_recommendations
            {of_wanted}
        ),
        cards as (
            select
                items.user_id, items.list,
                list(
                    struct_pack(
                        product := {_card("items.item_id", "items.item_name")},
                        reasons := coalesce(
                            reasons.reasons,
                            [struct_pack(reason := items.reason, percent := null::int)]
                        )
                    )
                    order by items.rank
                ) as items
            from items
            left join reasons
                on items.user_id = reasons.user_id
                and items.list = reasons.list
                and items.rank = reasons.rank
            left join products as catalogue on items.item_id = catalogue.product_id
            group by items.user_id, items.list
        ),
        lists as (
            select user_id, list, wanted_rows, replace(shortfall_reason, '_', ' ') as shortfall
            from user_recommendation_lists
            {of_wanted}
        )
        select
            lists.user_id::varchar as user_id,
            list(
                struct_pack(
                    list := lists.list,
                    wanted_rows := lists.wanted_rows::int,
                    shortfall := lists.shortfall,
                    items := coalesce(cards.items, [])
                )
                order by lists.list
            ) as lists
        from lists
        left join cards on lists.user_id = cards.user_id and lists.list = cards.list
        group by lists.user_id
    """


def product_records(is_wanted: str) -> str:
    """Return the query of products: id, card, exposure, rows wanted, shortfall, returns, and rows.

    The exposure is a list: a list's name, how many users are shown the product there, its mean rank
    and why nobody is. What goes with it is a list of cards, each with its reason.
    """
    card = _card("beside.recommended_item_id", "beside.recommended_item_name")
    return f"""
        with catalogue as (
            select *
            from products
            where product_id::varchar {is_wanted}
        ),
        exposures as (
            select
                item_id,
                list(
                    struct_pack(
                        list := list,
                        user_count := user_count::int,
                        mean_rank := mean_rank,
                        not_shown_because := replace(not_shown_because, '_', ' ')
                    )
                    order by list
                ) as exposures
            from item_exposure
            where item_id::varchar {is_wanted}
            group by item_id
        ),
        beside as (
            select *
            from item_recommendations
            where item_id::varchar {is_wanted}
        ),
        cards as (
            select
                beside.item_id,
                list(
                    struct_pack(
                        product := {card},
                        reason := beside.reason
                    )
                    order by beside.rank
                ) as items
            from beside
            left join products as catalogue on beside.recommended_item_id = catalogue.product_id
            group by beside.item_id
        )
        select
            catalogue.product_id::varchar as item_id,
            {_card("catalogue.product_id", "catalogue.product_name")} as product,
            coalesce(exposures.exposures, []) as exposures,
            lists.wanted_rows::int as wanted_rows,
            replace(lists.shortfall_reason, '_', ' ') as shortfall,
            returns.purchase_count::int as purchase_count,
            returns.returned_count::int as returned_count,
            coalesce(cards.items, []) as items
        from catalogue
        left join exposures on catalogue.product_id = exposures.item_id
        left join cards on catalogue.product_id = cards.item_id
        left join item_recommendation_lists as lists on catalogue.product_id = lists.item_id
        left join product_returns as returns on catalogue.product_id = returns.item_id
    """
