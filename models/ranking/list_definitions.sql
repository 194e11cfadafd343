with lists as (
    {{ literal_rows(list_definitions()) }}
)

select * from lists
