select *
from {{ ref('also_bought', 'user_neighbours') }}
where shared_items < {{ also_bought.setting('min_shared_items') }}
