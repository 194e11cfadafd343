select
    regression.cut_key,
    regression.predictor_key as voter_key,
    regression.item_key,
    regression.weight_millionths as strength
from {{ ref('also_bought', 'item_regression_' ~ neighbours_engine()) }} as regression
inner join {{ ref('also_bought', 'item_popularity') }} as popularity
    on regression.cut_key = popularity.cut_key
    and regression.item_key = popularity.item_key
