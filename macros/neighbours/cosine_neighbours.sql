{#- Returns the K nearest rows of every row by a self-join. It is the readable reference of the kernel in
    also_bought/kernel/neighbours.py, and the engine where no Python model runs. Ties go to the lower key. Where
    there are more products than `max_products`, no row has neighbours. `eligible`, a relation of cut_key and
    the row key, holds the rows that may be neighbours; without it all may. -#}
{% macro cosine_neighbours(
    history, row_key, column_key, weight, k, min_shared, eligible=none, max_products=none
) %}
    {%- set work = also_bought.neighbour_work(history, row_key, column_key) -%}
    {{- adapter.dispatch('cosine_neighbours', 'also_bought')(
        history, row_key, column_key, weight, k, min_shared, eligible, work
    ) -}}
    {%- if max_products is not none and work.products > max_products %}
        {%- do log(
            'Neighbours by ' ~ row_key ~ ': none are looked for, ' ~ '{:,}'.format(max_products)
            ~ ' products are the limit.', info=true
        ) %}
limit 0
    {%- endif -%}
{% endmacro %}


{% macro default__cosine_neighbours(history, row_key, column_key, weight, k, min_shared, eligible, work) %}

with weights as (

    select
        cut_key,
        {{ row_key }} as row_key,
        {{ column_key }} as column_key,
        {{ weight }} as weight
    from {{ history }}

),

norms as (
    {{ also_bought.squared_norms(history, row_key, weight) }}
),

neighbour_norms as (
    {{ also_bought.neighbour_norms(eligible, row_key) }}
),

-- Each pair is added up once.
pairs_by_lower_key as (

    select
        mine.cut_key,
        mine.row_key,
        theirs.row_key as neighbour_key,
        cast(sum(mine.weight * theirs.weight) as {{ dbt.type_bigint() }}) as dot_product,
        cast(count(*) as {{ dbt.type_int() }}) as shared_columns
    from weights as mine
    inner join weights as theirs
        on mine.cut_key = theirs.cut_key
        and mine.column_key = theirs.column_key
        and mine.row_key < theirs.row_key
    group by mine.cut_key, mine.row_key, theirs.row_key
    having count(*) >= {{ min_shared }}

),

pairs as (

    select
        cut_key,
        row_key,
        neighbour_key,
        dot_product,
        shared_columns
    from pairs_by_lower_key
    union all
    select
        cut_key,
        neighbour_key as row_key,
        row_key as neighbour_key,
        dot_product,
        shared_columns
    from pairs_by_lower_key

),

ranked as (

    select
        pairs.*,
        cast(row_number() over (
            partition by pairs.cut_key, pairs.row_key
            order by
                {{ also_bought.cosine_similarity(
                    'pairs.dot_product', 'mine.squared_norm', 'theirs.squared_norm'
                ) }} desc,
                pairs.neighbour_key asc
        ) as {{ dbt.type_int() }}) as rank
    from pairs
    inner join norms as mine
        on pairs.cut_key = mine.cut_key and pairs.row_key = mine.row_key
    inner join neighbour_norms as theirs
        on pairs.cut_key = theirs.cut_key and pairs.neighbour_key = theirs.row_key

)

select
    cut_key,
    row_key,
    neighbour_key,
    rank,
    dot_product,
    shared_columns
from ranked
where rank <= {{ k }}

{% endmacro %}


{#- Returns the same rows for a cluster. A join by column would send every product to where its pair is added
    up, and all rows of a popular column to one task. So rows are dealt into blocks, and each two blocks meet
    in a task of their own. The task has all columns of its rows, adds up each pair once, and sends on the K
    best of every row. The history travels, once per block, not the products. -#}
{% macro spark__cosine_neighbours(history, row_key, column_key, weight, k, min_shared, eligible, work) %}
{%- set dealt = also_bought.neighbour_blocks(work, row_key) %}
{%- set blocks = dealt.blocks %}
{%- set similarity = also_bought.cosine_similarity(
    'pairs.dot_product', 'mine.squared_norm', 'theirs.squared_norm'
) %}

with weights as (

    select
        cut_key,
        {{ row_key }} as row_key,
        {{ column_key }} as column_key,
        {{ weight }} as weight,
        pmod(hash({{ row_key }}), {{ blocks }}) as block
    from {{ history }}

),

norms as (
    {{ also_bought.squared_norms(history, row_key, weight) }}
),

neighbour_norms as (
    {{ also_bought.neighbour_norms(eligible, row_key) }}
),

other_blocks as (

    select explode(sequence(0, {{ blocks - 1 }})) as block

),

{%- for side, task in {
    'earlier': 'weights.block * ' ~ blocks ~ ' + other_blocks.block',
    'later': 'other_blocks.block * ' ~ blocks ~ ' + weights.block'
}.items() %}

{{ side }}_block as (

    select /*+ repartition({{ dealt.tasks }}, task) */
        weights.cut_key * {{ blocks * blocks }} + {{ task }} as task,
        weights.row_key,
        weights.column_key,
        weights.weight,
        weights.block
    from weights
    inner join other_blocks
        on {{ 'weights.block <= other_blocks.block' if side == 'earlier' else 'other_blocks.block <= weights.block' }}

),
{%- endfor %}

products_added as (

    select
        mine.task,
        mine.row_key as lower_key,
        theirs.row_key as higher_key,
        sum(mine.weight * theirs.weight) as dot_product,
        cast(count(*) as int) as shared_columns
    from earlier_block as mine
    inner join later_block as theirs
        on mine.task = theirs.task
        and mine.column_key = theirs.column_key
        and (mine.block < theirs.block or mine.row_key < theirs.row_key)
    group by mine.task, mine.row_key, theirs.row_key
    having count(*) >= {{ min_shared }}

),

-- Each pair is offered to both of its rows.
pairs as (

    select
        task,
        task div {{ blocks * blocks }} as cut_key,
        row_key,
        neighbour_key,
        dot_product,
        shared_columns
    from products_added
    lateral view stack(2, lower_key, higher_key, higher_key, lower_key) as row_key, neighbour_key

),

scored as (

    select
        pairs.*,
        {{ similarity }} as similarity
    from pairs
    inner join norms as mine
        on pairs.cut_key = mine.cut_key and pairs.row_key = mine.row_key
    inner join neighbour_norms as theirs
        on pairs.cut_key = theirs.cut_key and pairs.neighbour_key = theirs.row_key

),

best_of_task as (

    select
        *,
        row_number() over (
            partition by task, row_key order by similarity desc, neighbour_key asc
        ) as rank_in_task
    from scored

),

ranked as (

    select
        *,
        row_number() over (
            partition by cut_key, row_key order by similarity desc, neighbour_key asc
        ) as rank
    from best_of_task
    where rank_in_task <= {{ k }}

)

select
    cast(cut_key as int) as cut_key,
    row_key,
    neighbour_key,
    rank,
    dot_product,
    shared_columns
from ranked
where rank <= {{ k }}

{% endmacro %}


{#- Returns the lengths of what may be a neighbour, from the CTE `norms`. -#}
{% macro neighbour_norms(eligible, row_key) %}
    select norms.* from norms
    {%- if eligible is not none %}
    inner join {{ eligible }} as eligible
        on norms.cut_key = eligible.cut_key and norms.row_key = eligible.{{ row_key }}
    {%- endif %}
{% endmacro %}
