{%- set expected = [
    '22016', '23444', 'AMAZONFEE', 'B', 'BANK CHARGES', 'C2', 'CRUK', 'D', 'DOT', 'GIFT_0001_10',
    'GIFT_0001_20', 'GIFT_0001_30', 'GIFT_0001_40', 'GIFT_0001_50', 'M', 'POST', 'S'
] -%}

{{ differing_counts(ref('stg_online_retail__products'), {
    'codes': [3958, 'count(*)'],
    'not merchandise': [expected | length, 'count(*) filter (where not is_merchandise)'],
    'not merchandise, of those expected': [
        expected | length,
        "count(*) filter (where not is_merchandise and product_id in ('" ~ expected | join("', '") ~ "'))"
    ],
    'never sold, so without a name': [130, 'count(*) filter (where product_name = product_id)'],
}) }}
union all
{{ differing_counts(ref('stg_online_retail__order_lines'), {
    'lines with such a code': [
        3028, "count(*) filter (where product_id in ('" ~ expected | join("', '") ~ "'))"
    ],
}) }}
