{{ config(materialized='view', enabled=setting('similar_items')) }}

select
    0 as cut_key,
    product_key
from {{ ref('also_bought', 'described_products') }}
where may_be_shown
