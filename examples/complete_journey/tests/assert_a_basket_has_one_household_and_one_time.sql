select order_id
from {{ ref('stg_complete_journey__transactions') }}
group by order_id
having count(distinct customer_id) > 1 or count(distinct ordered_at) > 1
