-- Where nobody buys again, no list says what to buy again, and each says why.
select
    lists.user_id,
    lists.row_count,
    lists.shortfall_reason,
    verdicts.verdict
from {{ ref('also_bought', 'user_recommendation_lists') }} as lists
inner join {{ ref('also_bought', 'recommendation_verdicts') }} as verdicts on lists.list = verdicts.list
inner join {{ ref('also_bought', 'list_definitions') }} as definitions on lists.list = definitions.list
where
    (verdicts.verdict = 'nobody buys again') <> (coalesce(lists.shortfall_reason, '') = 'nobody_buys_again')
    or (verdicts.verdict = 'nobody buys again' and (lists.row_count > 0 or definitions.holds_new_items))
