with reasons as (
    {{ literal_rows(verdict_reasons()) }}
)

select * from reasons
