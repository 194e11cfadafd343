{#- What lets the product identify a line of its order. -#}

select
    order_id,
    product_id
from {{ ref('stg_complete_journey__transactions') }}
group by order_id, product_id
having count(*) > 1
