with definitions as (
    {{ literal_rows(metric_definitions()) }}
)

select * from definitions
