{#- What the merchandisers of the demo shop wrote down, in the place of a table of theirs. -#}
{{ config(
    enabled=project_name == 'also_bought' and setting('merchandising_rules') is not none, group='recommendations'
) }}
{%- set nobody = {
    'list': '', 'item_id': '', 'category': '', 'brand': '', 'beside_item_id': '', 'amount': 0
} %}

with rules as (
    {{ literal_rows([
        dict(nobody, rule_id='new_pot', kind='pin', list='explore', item_id='TEA-02', amount=2, owner='Anna',
            reason='the moka pot is on the cover of the catalogue'),
        dict(nobody, rule_id='garden_late', kind='bury', list='explore', category='Gardening', amount=3, owner='Ben',
            reason='the season is over'),
        dict(nobody, rule_id='few_dogs', kind='cap', list='for_you', category='Dogs', amount=3, owner='Ben',
            reason='a list of dog food alone looks odd'),
        dict(nobody, rule_id='no_flour_with_feed', kind='never_beside', item_id='BAK-01', beside_item_id='GAR-05',
            owner='Carla', reason='the bags look alike'),
    ]) }}
)

select
    rule_id,
    kind,
    list,
    item_id,
    category,
    brand,
    beside_item_id,
    amount,
    cast('2025-01-01' as date) as from_day,
    cast('2035-12-31' as date) as to_day,
    owner,
    reason
from rules
