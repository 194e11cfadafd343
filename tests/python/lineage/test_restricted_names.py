"""A restricted attribute is known by its name, in five languages and in any spelling."""

import pytest

from also_bought.lineage.restricted_names import restricted_attribute


@pytest.mark.parametrize(
    ("column", "attribute"),
    [
        ("CustomerAge", "age"),
        ("age_group", "age"),
        ("agegroup", "age"),
        ("USER_BIRTH_YEAR", "birth date"),
        ("Doğum Tarihi", "birth date"),
        ("yaş", "age"),
        ("prénom", "name"),
        ("zip", "postcode"),
        ("kunden_geschlecht", "sex"),
        ("marital_status_code", "marital status"),
        ("customer_name", "name"),
        ("client_title", "gender"),
    ],
)
def test_a_name_stands_for_an_attribute(column, attribute):
    assert restricted_attribute(column) == attribute


@pytest.mark.parametrize(
    "column",
    [
        *("page", "package_age", "usage", "image", "storage", "average_price", "order_age_days"),
        *("manager", "race_bike", "sexy", "item_name", "name", "title", "genre", "din"),
        *("account_type", "account_age_days", "country", "customer_id", "personal_offer"),
        *("", "_", "42", "*"),
    ],
)
def test_other_names_do_not(column):
    assert restricted_attribute(column) is None


def test_what_other_things_have_too_is_restricted_in_a_table_of_people():
    assert restricted_attribute("name", "stg_shop__customers") == "name"
    assert restricted_attribute("name", "raw_products") is None
