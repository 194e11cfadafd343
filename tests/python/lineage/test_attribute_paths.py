"""Restricted attributes are found on every way to a published score, and nowhere else."""

from collections.abc import Mapping

import duckdb
import pytest

from also_bought.lineage.attribute_paths import AttributePaths, Model, attribute_paths
from also_bought.lineage.column_lineage import TableName

# A shop whose lists are ordered by what was bought together; {attribute} is a column of people.
SOURCES = {
    "raw.customers": ["customer_id", "email", "{attribute}"],
    "raw.orders": ["order_id", "customer_id", "item_id", "quantity", "ordered_at"],
    "raw.products": ["item_id", "item_title", "price"],
}
QUERIES = {
    "staging.stg_customers": 'select customer_id, email from "shop"."raw"."customers"',
    "staging.stg_orders": "select order_id, customer_id, item_id, quantity from shop.raw.orders",
    "staging.stg_products": "select item_id, item_title from shop.raw.products",
    "orders.order_lines": """
        with lines as (select * from shop.staging.stg_orders),
        numbered as (
            select *, row_number() over (partition by order_id order by item_id) as line_number
            from lines where cast(quantity as integer) > 0
        )
        select numbered.* from numbered
        inner join shop.staging.stg_products as products on numbered.item_id = products.item_id
        """,
    "counts.item_counts": """
        select customer_id, item_id, count(*) as order_count
        from shop.orders.order_lines group by customer_id, item_id
        """,
    "counts.signals": """
        select counts.customer_id, counts.item_id, 1.0 * counts.order_count as points
        from shop.counts.item_counts as counts
        where exists (
            select 1 from shop.staging.stg_products as products
            where products.item_id = counts.item_id
        )
        """,
    "published.lists": """
        with scored as (
            select customer_id, item_id, sum(points) as score
            from shop.counts.signals group by customer_id, item_id
        )
        select
            scored.customer_id, scored.item_id, products.item_title, scored.score,
            row_number() over (
                partition by scored.customer_id order by scored.score desc, scored.item_id
            ) as rank
        from scored
        inner join shop.staging.stg_products as products on scored.item_id = products.item_id
        """,
}
STAGED = "select customer_id, {attribute} as passed_on from shop.raw.customers"
# How a rule, a signal or a model of a shop's own may bring an attribute in: what it changes.
WAYS = {
    "a rename": {
        "staging.stg_customers": STAGED,
        "counts.signals": """
            select
                counts.customer_id, counts.item_id, length(people.passed_on) as points
            from shop.counts.item_counts as counts
            inner join shop.staging.stg_customers as people
                on counts.customer_id = people.customer_id
            """,
    },
    "a case in a rule": {
        "staging.stg_orders": """
            select order_id, orders.customer_id, item_id,
                case when people.{attribute} in ('x', 'y') then '0' else quantity end as quantity
            from shop.raw.orders as orders
            left join shop.raw.customers as people on orders.customer_id = people.customer_id
            """,
    },
    "a filter": {
        "staging.stg_customers": STAGED,
        "orders.order_lines": """
            select * from shop.staging.stg_orders
            where customer_id in (
                select customer_id from shop.staging.stg_customers where passed_on is not null
            )
            """,
    },
    "a join on it": {
        "counts.signals": """
            select counts.customer_id, others.item_id, counts.order_count as points
            from shop.counts.item_counts as counts
            inner join shop.raw.customers as me on counts.customer_id = me.customer_id
            inner join shop.raw.customers as peers on me.{attribute} = peers.{attribute}
            inner join shop.counts.item_counts as others on peers.customer_id = others.customer_id
            """,
    },
    "everything selected": {
        "staging.stg_customers": "select * from shop.raw.customers",
        "counts.signals": """
            with people as (select * from shop.staging.stg_customers),
            joined as (
                select counts.*, people.* exclude (customer_id)
                from shop.counts.item_counts as counts
                inner join people on counts.customer_id = people.customer_id
            )
            select customer_id, item_id, length({attribute}) as points from joined
            """,
    },
    "a group": {
        "counts.signals": """
            with by_group as (
                select people.{attribute} as kind, counts.item_id, count(*) as buyers
                from shop.counts.item_counts as counts
                inner join shop.raw.customers as people on counts.customer_id = people.customer_id
                group by people.{attribute}, counts.item_id
            )
            select people.customer_id, by_group.item_id, by_group.buyers as points
            from by_group
            inner join shop.raw.customers as people on by_group.kind = people.{attribute}
            """,
    },
    "a window": {
        "counts.signals": """
            select counts.customer_id, item_id,
                count(*) over (partition by people.{attribute}, item_id) as points
            from shop.counts.item_counts as counts
            inner join shop.raw.customers as people on counts.customer_id = people.customer_id
            """,
    },
    "a union": {
        "counts.signals": """
            select customer_id, item_id, order_count as points from shop.counts.item_counts
            union all
            select customer_id, 'gift', cast({attribute} as integer) from shop.raw.customers
            """,
    },
    "a subquery for a value": {
        "counts.signals": """
            select customer_id, item_id, order_count * (
                select max(length(people.{attribute})) from shop.raw.customers as people
                where people.customer_id = counts.customer_id
            ) as points
            from shop.counts.item_counts as counts
            """,
    },
    "the first by an order": {
        "orders.order_lines": """
            select stg_orders.* from shop.staging.stg_orders
            inner join shop.raw.customers as people on stg_orders.customer_id = people.customer_id
            order by people.{attribute}
            limit 1000
            """,
    },
}
ATTRIBUTES = [
    *("age", "AgeGroup", "customer_age", "alter", "edad", "yas", "birth_date", "date_of_birth"),
    *("DOB", "geburtsdatum", "fecha_nacimiento", "dogum_tarihi", "date_de_naissance", "sex"),
    *("sexe", "geschlecht", "cinsiyet", "gender", "anrede", "civilite", "is_female", "race"),
    *("ethnicity", "nationality", "staatsangehorigkeit", "religion", "konfession", "din", "health"),
    *("pregnant", "behinderung", "discapacidad", "postcode", "zip_code", "PLZ", "code_postal"),
    *("posta_kodu", "first_name", "Nachname", "salary"),
]


def found(
    attribute: str,
    changes: Mapping[str, str],
    *,
    dialect: str = "duckdb",
    declared: Mapping[str, Mapping[str, object]] | None = None,
    signals_code: str = "",
    is_python: bool = False,
) -> AttributePaths:
    """Return what is found in the shop, some of whose queries are others.

    `signals_code` stands for what makes the table counts.signals, where that is no query.
    """
    queries = {
        name: query.format(attribute=attribute) for name, query in (QUERIES | dict(changes)).items()
    }
    sources = {
        name: [column.format(attribute=attribute) for column in columns]
        for name, columns in SOURCES.items()
    }
    columns = columns_of_shop(sources, queries)
    if signals_code:
        queries["counts.signals"] = signals_code
    models = []
    for name in (*sources, *queries):
        code = queries.get(name)
        reads = tuple(
            other for other in (*sources, *queries) if other != name and other in (code or "")
        )
        models.append(
            Model(
                name,
                table_name(name),
                reads,
                code,
                is_python and name == "counts.signals",
                name == "published.lists",
                (declared or {}).get(name, {}),
            )
        )
    return attribute_paths(models, lambda table: columns.get(table, []), dialect)


def table_name(name: str) -> TableName:
    """Return a table of the shop."""
    return TableName(*name.split("."))


def columns_of_shop(
    sources: Mapping[str, list[str]], queries: Mapping[str, str]
) -> dict[TableName, list[str]]:
    """Build the shop and return the columns of its tables."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as shop")
        for name, columns in sources.items():
            schema = name.split(".")[0]
            connection.execute(f"create schema if not exists shop.{schema}")
            typed = ", ".join(f"{column} varchar" for column in columns)
            connection.execute(f"create table shop.{name} ({typed})")
        for name, query in queries.items():
            connection.execute(f"create schema if not exists shop.{name.split('.')[0]}")
            connection.execute(f"create view shop.{name} as {query}")
        found = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() where database_name = 'shop' group by all"
        ).fetchall()
    return {table_name(name): columns for name, columns in found}


@pytest.mark.parametrize(
    ("attribute", "way"),
    [(name, list(WAYS)[number % len(WAYS)]) for number, name in enumerate(ATTRIBUTES)],
)
def test_each_of_forty_planted_paths_is_found(attribute, way):
    # Turkish for religion is also a standard for paper: it needs a table of people.
    assert len(ATTRIBUTES) == 40
    paths = found(attribute, WAYS[way]).paths
    assert {path.origin.column for path in paths} == {"score", "rank"}
    assert paths[0].words.startswith(f"customers.{attribute.lower()} > ")
    assert paths[0].words.endswith("> lists.score")


@pytest.mark.parametrize("way", [way for way in WAYS if way != "everything selected"])
def test_the_same_is_found_in_postgres(way):
    assert found("gender", WAYS[way], dialect="postgres").paths


CLEAN = {
    "names like them": ("page", WAYS["a rename"]),
    "the age of a parcel": ("package_age", WAYS["a filter"]),
    "a race for bicycles": ("race_bike", WAYS["a join on it"]),
    "managers": ("manager", WAYS["a group"]),
    "a country": ("country", WAYS["a rename"]),
    "an account type": ("account_type", WAYS["a filter"]),
    "the title of a product": ("item_title", WAYS["a window"]),
    "the day of a login": ("last_login_at", WAYS["a case in a rule"]),
    "consent": ("has_consent", WAYS["a filter"]),
    "erasure": ("is_erased", WAYS["a filter"]),
    "nobody reads it": ("gender", {}),
    "it is staged and no more": ("gender", {"staging.stg_customers": STAGED}),
    "all is staged, one column read": (
        "gender",
        {
            "staging.stg_customers": "select * from shop.raw.customers",
            "orders.order_lines": """
                with people as (select * from shop.staging.stg_customers)
                select stg_orders.* from shop.staging.stg_orders
                inner join people on stg_orders.customer_id = people.customer_id
                """,
        },
    ),
    "it is counted beside the scores": (
        "birth_date",
        {"counts.people": "select {attribute}, count(*) as n from shop.raw.customers group by 1"},
    ),
    "it is shown as text": (
        "first_name",
        {
            "published.lists": """
                select lists.item_id, people.{attribute} as greeting, lists.points as score
                from shop.counts.signals as lists
                left join shop.raw.customers as people on lists.customer_id = people.customer_id
                """
        },
    ),
    "it orders all rows": (
        "age",
        {
            "orders.order_lines": """
                select stg_orders.* from shop.staging.stg_orders
                left join shop.raw.customers as people
                    on stg_orders.customer_id = people.customer_id
                order by people.{attribute}
                """
        },
    ),
    "it is kept as received": (
        "postcode",
        {
            "staging.stg_customers": """
                select customer_id, concat('name=', {attribute}) as received_text
                from shop.raw.customers
                """
        },
    ),
    "a copy that nobody reads": (
        "religion",
        {"counts.copy": "select customer_id, {attribute} as other from shop.raw.customers"},
    ),
    "another column of the same name": (
        "sex",
        {
            "counts.signals": """
                with products as (select item_id, price as sex_of_the_price from shop.raw.products)
                select
                    counts.customer_id, counts.item_id, length(products.sex_of_the_price) as points
                from shop.counts.item_counts as counts
                inner join products on counts.item_id = products.item_id
                """
        },
    ),
    "a window over it, dropped again": (
        "salary",
        {
            "counts.signals": """
                with ranked as (
                    select counts.*, rank() over (order by people.{attribute}) as place
                    from shop.counts.item_counts as counts
                    left join shop.raw.customers as people
                        on counts.customer_id = people.customer_id
                )
                select customer_id, item_id, order_count as points from ranked
                """
        },
    ),
}


@pytest.mark.parametrize("case", CLEAN)
def test_each_of_twenty_clean_graphs_is_silent(case):
    assert len(CLEAN) == 20
    attribute, changes = CLEAN[case]
    assert found(attribute, changes).paths == ()


def test_python_passes_on_all_that_it_reads():
    for reads, is_found in (("counts.item_counts", False), ("raw.customers", True)):
        code = f"dbt.ref('{reads}')"
        assert bool(found("gender", {}, signals_code=code, is_python=True).paths) == is_found


def test_a_query_that_cannot_be_read_passes_on_all_that_it_reads():
    for reads, is_found in (("counts.item_counts", False), ("raw.customers", True)):
        code = f"select ((( from {reads}"
        assert bool(found("gender", {}, signals_code=code).paths) == is_found


def test_a_column_is_restricted_where_the_shop_says_so():
    declared = {"raw.customers": {"shoe_size": True}}
    assert not found("shoe_size", WAYS["a rename"]).paths
    [path, *_] = found("shoe_size", WAYS["a rename"], declared=declared).paths
    assert path.attribute == "shoe_size"


def test_somebody_may_answer_for_a_column():
    says = {"owner": "Ms Aydin", "reason": "Wine is sold to adults only."}
    result = found("age", WAYS["a filter"], declared={"staging.stg_customers": {"passed_on": says}})
    assert result.paths == ()
    [permission] = result.permissions
    assert (permission.owner, permission.reason) == ("Ms Aydin", "Wine is sold to adults only.")
    assert permission.step.words == "customers.age > stg_customers.passed_on"


@pytest.mark.parametrize("says", [False, "yes", {"owner": "Ms Aydin"}, {"reason": "It sells."}])
def test_nobody_permits_it_without_owner_and_reason(says):
    declared = {"staging.stg_customers": {"passed_on": says}}
    result = found("age", WAYS["a filter"], declared=declared)
    assert result.paths
    assert [step.origin.column for step in result.unexplained] == ["passed_on"]


def test_a_file_is_read_by_the_names_of_its_columns(tmp_path):
    (tmp_path / "people.csv").write_text("customer_id,gender,country\n1,female,TR\n")
    staged = f"""
        with people as (select * from read_csv('{tmp_path}/people.csv'))
        select customer_id, {{attribute}} as passed_on from people
        """
    changes = WAYS["a rename"] | {"staging.stg_customers": staged}
    assert found("gender", changes).paths
    assert not found("country", changes).paths
