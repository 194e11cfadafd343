select *
from {{ ref('also_bought', 'item_neighbours') }}
where shared_users < {{ also_bought.setting('min_shared_users') }}
