"""What looks alike by the catalogue: one kind of lamp among the demo shop's products."""

import duckdb
import pytest
from dbt_project import Project

VARS = ("--vars", "{also_bought__similar_items: true}")
# Nobody has bought them, and no other product has these words.
LAMPS = {
    "N1": "zinnia quartz lampion",
    "N2": "lampion of zinnia, quartz and brass",
    "N3": "brass zinnia stool quartz",
    "OFF": "zinnia quartz lampion, the old one",
    "SENSITIVE": "zinnia quartz lampion",
    "ONE WORD": "zinnia",
}


@pytest.fixture(scope="module")
def shop(demo_of_module: Project) -> Project:
    """Return the demo shop with lamps that nobody has bought, and what looks alike."""
    with duckdb.connect(str(demo_of_module.database)) as connection:
        for product_id, name in LAMPS.items():
            connection.execute(
                """
                insert into main_orders.catalogue by name
                select
                    ? as product_id, ? as product_name, ? as discontinued_on, ? as is_sensitive,
                    true as is_in_stock, false as is_blocked, true as is_merchandise
                """,
                [
                    product_id,
                    name,
                    "2020-01-01" if product_id == "OFF" else None,
                    product_id == "SENSITIVE",
                ],
            )
    demo_of_module.dbt("build", "--select", "models/content", "similar_items", *VARS)
    return demo_of_module


def similar_to(shop: Project, product_id: str) -> list[tuple]:
    """Return the ids, whether they are new, and the reasons of a product's list."""
    return shop.rows(
        "select similar_item_id, is_new, reason from main_published.similar_items"
        f" where item_id = '{product_id}' order by rank"
    )


def test_new_products_have_similar_ones_and_are_similar_to_others(shop):
    assert similar_to(shop, "N1") == [
        ("N2", True, "Both have: lampion, quartz, zinnia"),
        ("N3", True, "Both have: quartz, zinnia"),
    ]


def test_what_is_off_sale_is_never_shown_but_has_a_list(shop):
    assert [item for item, *_ in similar_to(shop, "OFF")] == ["N1", "N2", "N3"]
    assert not shop.rows(
        "select 1 from main_published.similar_items where similar_item_id in ('OFF', 'SENSITIVE')"
    )


def test_sensitive_products_and_single_words_have_no_list(shop):
    assert similar_to(shop, "SENSITIVE") == similar_to(shop, "ONE WORD") == []


def test_products_of_the_shop_have_similar_ones_on_sale(shop):
    [(listed, off_sale)] = shop.rows(
        "select count(distinct item_id), count(*) filter (where not may_be_recommended)"
        " from main_published.similar_items"
        " join main_published.products on similar_item_id = product_id where not is_new"
    )
    assert (listed > 20, off_sale) == (True, 0)
