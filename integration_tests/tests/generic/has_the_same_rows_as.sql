{#- Fails with each row that is in one relation but not in the other, over the columns of the tested one. -#}
{% test has_the_same_rows_as(model, relation) %}

{%- set columns = adapter.get_columns_in_relation(model) | map(attribute='name') | join(', ')
    if execute else '*' %}

with expected as (

    select {{ columns }} from {{ model }}

),

found as (

    select {{ columns }} from {{ relation }}

),

missing as (

    select * from expected
    except all
    select * from found

),

unexpected as (

    select * from found
    except all
    select * from expected

)

select
    'missing' as difference,
    *
from missing
union all
select
    'unexpected' as difference,
    *
from unexpected

{% endtest %}
