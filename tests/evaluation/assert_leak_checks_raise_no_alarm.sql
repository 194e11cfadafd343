{{ config(severity='warn') }}

select *
from {{ ref('also_bought', 'leak_checks') }}
where state <> 'ok'
