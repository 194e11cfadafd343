{# The days that MetricFlow counts by. You have such a model already? Then leave this file and its YAML out. #}
select date_day from {{ ref('also_bought', 'dates') }}
