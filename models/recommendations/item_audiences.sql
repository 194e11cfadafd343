{#- The rows of the lists once more, in the order of the other question: of an item, whom to tell. -#}

with recommended as (

    select * from {{ ref('also_bought', 'user_recommendations') }}

)

select
    item_id,
    list,
    rank,
    user_id
from recommended
