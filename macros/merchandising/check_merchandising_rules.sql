{#- Stops where a merchandising rule cannot be followed, or two contradict each other. -#}
{% macro check_merchandising_rules() %}
    {%- set model_name = also_bought.setting('merchandising_rules') -%}
    {%- if model_name -%}
        {%- set columns = also_bought.merchandising_rule_columns() -%}
        {%- set kinds = {} -%}
        {%- for column, type in columns.items() -%}
            {%- do kinds.update({column: also_bought.kind_of_column(column, type)}) -%}
        {%- endfor -%}
        {%- do also_bought.check_input_columns(model_name, columns | list, 'merchandising_rules') -%}
        {%- do also_bought.check_input_types(model_name, kinds) -%}
        {%- set where = 'the model ' ~ model_name ~ ', named by the var also_bought__merchandising_rules' -%}
        {%- set relation = also_bought.input_model(model_name) -%}
        {%- do also_bought.stop_where(
            also_bought.faulty_merchandising_rules(), relation, where,
            'correct the row, or take it out; docs/shop-rules.md says what each kind needs.'
        ) -%}
        {%- do also_bought.stop_where(
            also_bought.contradicting_merchandising_rules(), relation, where,
            'take one of the two out, or let their days not overlap.'
        ) -%}
    {%- endif -%}
{% endmacro %}


{#- Returns the query of rules that cannot be followed, a sentence each. -#}
{% macro faulty_merchandising_rules() -%}
    {%- set lists = also_bought.lists() | list -%}
    {%- set wanted = also_bought.setting('recommendations_per_list') -%}
    {%- set faults = {
        'has no owner': 'owner is null',
        'has no reason': 'reason is null',
        'has no end: to_day is empty': 'to_day is null',
        'has no start: from_day is empty': 'from_day is null',
        'ends before it starts': 'to_day < from_day',
        'has a kind that is none of pin, boost, bury, block, cap, never_beside':
            "coalesce(kind, '') not in ('pin', 'boost', 'bury', 'block', 'cap', 'never_beside')",
        'is of a list that is none of ' ~ lists | join(', '): "list not in ('" ~ lists | join("', '") ~ "')",
        'must name one of item_id, category and brand, and no more':
            'case when item_id is null then 0 else 1 end + case when category is null then 0 else 1 end'
            ~ ' + case when brand is null then 0 else 1 end <> 1',
        'names an item_id, category or brand that is not in the catalogue': 'not is_in_catalogue',
        'pins a whole category or brand; it must name an item_id': "kind = 'pin' and item_id is null",
        'needs a rank from 1 to ' ~ wanted ~ ' as amount':
            "kind = 'pin' and not coalesce(amount between 1 and " ~ wanted ~ ', false)',
        'needs an amount: by how many ranks, or how many rows at most':
            "kind in ('boost', 'bury', 'cap') and not coalesce(amount >= 1, false)",
        'needs a beside_item_id of the catalogue, and another item than its own':
            "kind = 'never_beside' and not (is_beside_in_catalogue and coalesce(item_id <> beside_item_id, true))",
    } -%}
    with rules as (
        {{ also_bought.typed_merchandising_rules() }}
    ),

    looked_up as (

        select
            rules.*,
            coalesce(products.product_id, categories.category, brands.brand) is not null as is_in_catalogue,
            beside.product_id is not null as is_beside_in_catalogue
        from rules
        left join {{ ref('also_bought', 'catalogue') }} as products on rules.item_id = products.product_id
        left join {{ ref('also_bought', 'catalogue') }} as beside on rules.beside_item_id = beside.product_id
        {%- for column, relation in {'category': 'categories', 'brand': 'brands'}.items() %}
        left join (
            select distinct {{ column }} from {{ ref('also_bought', 'catalogue') }}
        ) as {{ relation }} on rules.{{ column }} = {{ relation }}.{{ column }}
        {%- endfor %}

    ),

    faults as (

        select
            1 as priority,
            '' as rule_id,
            'A merchandising rule has no rule_id.' as sentence
        from rules
        where rule_id is null
        union all
        select
            2 as priority,
            rule_id,
            {{ also_bought.sentence('{row_count} merchandising rules have the rule_id {rule_id}.') }} as sentence
        from (
            select
                rule_id,
                count(*) as row_count
            from rules
            where rule_id is not null
            group by rule_id
        ) as counted
        where row_count > 1
        {%- for words, condition in faults.items() %}
        union all
        select
            {{ loop.index + 2 }} as priority,
            rule_id,
            {{ also_bought.sentence('The merchandising rule {rule_id} ' ~ words ~ '.') }} as sentence
        from looked_up
        where {{ condition }}
        {%- endfor %}

    )

    select sentence
    from faults
    order by priority, {{ also_bought.byte_order('rule_id') }}
    limit 1
{%- endmacro %}


{#- Returns the query of pairs of rules that cannot both be followed, a sentence each. -#}
{% macro contradicting_merchandising_rules() -%}
    with rules as (

        select
            rules.*,
            coalesce(rules.category, catalogue.category) as category_of_item,
            coalesce(rules.brand, catalogue.brand) as brand_of_item
        from (
            {{ also_bought.typed_merchandising_rules() }}
        ) as rules
        left join {{ ref('also_bought', 'catalogue') }} as catalogue on rules.item_id = catalogue.product_id

    ),

    pairs as (

        select
            one.rule_id,
            other.rule_id as other_rule_id,
            case
                when one.kind = 'pin' and other.kind = 'pin' and one.item_id = other.item_id
                    then 'both pin the same item'
                when one.kind = 'pin' and other.kind = 'pin' and one.amount = other.amount
                    then 'both pin an item to the same rank'
                when
                    one.kind = 'pin'
                    and other.kind in ('block', 'bury', 'never_beside')
                    and (
                        one.item_id = other.item_id
                        or one.category_of_item = other.category
                        or one.brand_of_item = other.brand
                    )
                    then 'contradict each other: one pins an item that the other keeps back'
                when
                    one.kind = 'boost'
                    and other.kind in ('bury', 'block')
                    and (
                        one.item_id = other.item_id
                        or one.category = other.category
                        or one.brand = other.brand
                    )
                    then 'contradict each other: one lifts what the other keeps back'
            end as words
        from rules as one
        inner join rules as other
            on one.rule_id <> other.rule_id
            and one.from_day <= other.to_day
            and other.from_day <= one.to_day
            and (one.list is null or other.list is null or one.list = other.list)

    )

    select
        {{ also_bought.sentence('The merchandising rules {rule_id} and {other_rule_id} {words}.') }} as sentence
    from pairs
    where words is not null
    order by {{ also_bought.byte_order('rule_id') }}, {{ also_bought.byte_order('other_rule_id') }}
    limit 1
{%- endmacro %}
