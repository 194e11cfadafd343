{% test normalised_ids_stay_apart(model, column_name, letter_case=none, drop_decimal_zero=false) %}

with ids as (

    select
        {{ also_bought.clean_text(column_name) }} as received_id,
        {{ also_bought.clean_id(column_name, letter_case=letter_case, drop_decimal_zero=drop_decimal_zero) }} as id
    from {{ model }}

)

select
    id,
    {{ also_bought.first_text('received_id') }} as first_received_id,
    {{ also_bought.last_text('received_id') }} as last_received_id,
    count(*) as line_count
from ids
where id is not null
group by id
having {{ also_bought.first_text('received_id') }} <> {{ also_bought.last_text('received_id') }}

{% endtest %}
