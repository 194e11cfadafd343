with recommenders as (
    {{ literal_rows(recommender_definitions()) }}
)

select * from recommenders
