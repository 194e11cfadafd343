with definitions as (
    {{ literal_rows(order_check_definitions()) }}
)

select * from definitions
