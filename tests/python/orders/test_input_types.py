"""Columns of inputs: every type is read rightly or refused by name, and so is nearly every name."""

import json

import duckdb
import pytest
from corpus import corpus_project, read_cases, write_raw_tables
from dbt_project import Project, copy_macros

LINES = "lines: [{quantity: ['2.0', '1.5', '3'], customer: ['1', '2', '3'], becomes: kept}]"
TYPED = """
    select * replace (
        cast(received_quantity as decimal(10, 3)) as quantity,
        case quantity when 3 then 'nan'::double else 1e17 end as unit_price,
        timezone('UTC', ordered_at) as ordered_at,
        date '2025-03-02' as updated_at,
        cast(customer_id as integer) as customer_id,
        null as order_line_id,
        case when source_row like '%-2' then 'Completed' else order_status end as order_status
    ) from {{ ref('stg_final_final') }}
    """
ACCOUNTS = """
    select 1 as customer_id, 'Person' as account_type, 'yes' as IS_ERASED, 0 as HAS_CONSENT
    """


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with three lines, a source of types of its own, and an account."""
    project = corpus_project(
        tmp_path_factory.mktemp("types"), order_sources=["stg_typed"], customers="stg_accounts"
    )
    write_raw_tables(project, read_cases(f"alone: {{says: '', {LINES}}}"))
    write(project)
    return project


def write(project: Project, typed: str = TYPED, accounts: str = ACCOUNTS) -> None:
    """Write the two staging models."""
    staging = project.root / "models" / "staging"
    (staging / "stg_typed.sql").write_text(typed)
    (staging / "stg_accounts.sql").write_text(accounts)


def run(project: Project, succeeds: bool = True) -> str:
    """Build what reads the two models, on a machine in New York."""
    return project.dbt(
        *("--quiet", "run", "--select", "+received_order_lines"),
        succeeds=succeeds,
        TZ="America/New_York",
    )


def test_what_a_type_cannot_hold_is_not_read_and_all_else_is(project):
    write(project)
    run(project)
    columns = (
        "is_erased, customer_id, quantity, unit_price, order_line_id, order_status,"
        " cast(ordered_at as text), cast(updated_at as text)"
    )
    moments = ("2025-03-01 12:00:00", "2025-03-02 00:00:00")
    assert project.rows(
        f"select {columns} from main_orders.received_order_lines order by source_row"
    ) == [
        (True, None, 2, None, None, "completed", *moments),
        (False, "2", None, None, None, "completed", *moments),
        (False, "3", 3, None, None, None, *moments),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("as decimal(10, 3))", "as text)", "quantity of the input model stg_typed is"),
        ("timezone('UTC', ordered_at)", "epoch(ordered_at)", "but it must be a time."),
        ("as integer) as customer_id", "as double) as customer_id", "but it must be an id."),
        ("'yes' as IS_ERASED", "'ja' as IS_ERASED", 'says "ja", which is neither yes nor no.'),
        ("as HAS_CONSENT", "as HAS_CONSENTED", "the nearest that is read is has_consent."),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_by_name(project, old, new, says):
    assert (TYPED + ACCOUNTS).count(old) == 1
    write(project, TYPED.replace(old, new), ACCOUNTS.replace(old, new))
    output = run(project, succeeds=False)
    assert says in output
    assert "What to do: " in output
    assert "Traceback" not in output


# The optional column that each name means; none for a shop's own columns.
NAMES = {
    "has_consented": "has_consent",
    "consent": "has_consent",
    "is_deleted": "is_erased",
    "deleted_at": "is_erased",
    "is_erase": "is_erased",
    "curency": "currency",
    "merged_into": "merged_into_customer_id",
    "merged_customer_id": "merged_into_customer_id",
    "currency_code": "currency",
    "sensitive": "is_sensitive",
    "parent_id": "parent_product_id",
    "brand_nam": "brand",
    "prices": "price",
    "list_price": "price",
    "image": "image_url",
    "page_url": "product_url",
    "product_link": "product_url",
    "note": "",
    "brand_manager": "",
    "cost_price": "",
    "unit_of_sale": "",
    "customer_name": "",
    "created_at": "",
    "email": "",
    "product_cost": "",
    "product_type": "",
    "valid_from": "",
    "country_code": "",
    "order_channel": "",
    "is_current": "",
    "contract_id": "",
    "merchant_id": "",
}


def test_names_near_an_optional_column_are_told_from_columns_of_the_shops_own(tmp_path):
    project = copy_macros(tmp_path)
    absent = sorted({column for column in NAMES.values() if column})
    columns = ", ".join(
        f"'{{{{ also_bought.nearly_named_column('{name}', {json.dumps(absent)}) }}}}' as {name}"
        for name in NAMES
    )
    (project.root / "models" / "near.sql").write_text(f"select {columns}")
    project.dbt("--quiet", "run", "--select", "near")
    with duckdb.connect(str(project.database), read_only=True) as connection:
        [found] = connection.execute("from main.near").fetchall()
    assert dict(zip(NAMES, found, strict=True)) == NAMES


PRICED = """
    select *, 2.5::double as Price, 'Oak' as BRAND, 'p.svg' as image_url
    from {{ ref('stg_products') }}
    """


def priced(project: Project, query: str, succeeds: bool = True) -> str:
    """Build the catalogue from a model of products that says more of them."""
    (project.root / "models" / "staging" / "stg_priced.sql").write_text(query)
    return project.dbt(
        *("--quiet", "run", "--select", "+catalogue"),
        *("--vars", "{also_bought__products: stg_priced}"),
        succeeds=succeeds,
    )


def test_what_is_shown_of_a_product_is_read_where_it_is_there_and_refused_where_it_is_no_price(
    project,
):
    write(project)
    priced(project, PRICED)
    assert set(
        project.rows(
            "select brand, cast(price as text), image_url, product_url from main_orders.catalogue"
        )
    ) == {("Oak", "2.5000", "p.svg", None)}
    output = priced(project, PRICED.replace("2.5::double", "'£2.50'"), succeeds=False)
    assert "The column Price of the input model stg_priced is" in output
    assert "but it must be a number." in output
    output = priced(project, PRICED.replace("as image_url", "as picture_url"), succeeds=False)
    assert "the nearest that is read is image_url." in output
    assert "Traceback" not in output
