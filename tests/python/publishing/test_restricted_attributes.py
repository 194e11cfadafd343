"""A build whose scores depend on a restricted attribute of people is not published."""

import duckdb
import pytest
from small_shop import Shop

from also_bought.publishing.publication import PublishError

YAML = """
models:
  - name: stg_orders
    columns:
      - name: buyer_kind
        config: {{meta: {{restricted: {says}}}}}
"""

ANSWERED = ("Ms Aydin", "The law asks for it.")


@pytest.fixture
def unfair_shop(shop: Shop) -> Shop:
    """Return the small shop, with a score that depends on who bought."""
    (shop.root / "seeds" / "raw_orders.csv").write_text("item_id,gender\nbread,f\nbutter,m\n")
    shop.edit("models/stg_orders.sql", "item_id", "item_id, upper(gender) as buyer_kind")
    shop.edit("models/sold_items.sql", "item_id", "item_id, buyer_kind")
    shop.edit(
        "dbt_packages/also_bought/models/popular_items.sql",
        "select item_id",
        "select item_id, case buyer_kind when 'F' then 2 else 1 end as score",
    )
    return shop


def refusal(shop: Shop) -> str:
    """Build, and return the words in which the publish is refused."""
    shop.dbt("build", "--exclude-resource-type", "unit_test", "--full-refresh")
    with pytest.raises(PublishError) as caught:
        shop.publish()
    assert not (shop.root / "serving.duckdb").exists()
    return str(caught.value)


def test_the_way_is_named_on_which_it_reaches_a_score(unfair_shop):
    assert refusal(unfair_shop).splitlines()[:2] == [
        "A score depends on a restricted attribute of people: gender.",
        "Where: raw_orders.gender > stg_orders.buyer_kind > popular_items.score",
    ]


def test_nobody_permits_it_who_does_not_answer_for_it(unfair_shop):
    (unfair_shop.root / "models" / "permitted.yml").write_text(YAML.format(says="false"))
    unfair_shop.edit("models/models.yml", "name: stg_orders\n", "name: scratch_orders\n")
    assert "permits buyer_kind and does not say who answers" in refusal(unfair_shop)


def test_who_answers_for_it_is_said_with_the_publication(unfair_shop):
    says = "{{owner: {}, reason: {}}}".format(*ANSWERED)
    (unfair_shop.root / "models" / "permitted.yml").write_text(YAML.format(says=says))
    unfair_shop.edit("models/models.yml", "name: stg_orders\n", "name: scratch_orders\n")
    unfair_shop.dbt("build", "--exclude-resource-type", "unit_test", "--full-refresh")
    assert unfair_shop.publish().remarks == (
        "gender may count (raw_orders.gender > stg_orders.buyer_kind): Ms Aydin answers for it."
        " The law asks for it.",
    )
    with duckdb.connect(str(unfair_shop.root / "serving.duckdb"), read_only=True) as published:
        assert published.sql("from attribute_permissions").fetchall() == [
            ("gender", "raw_orders.gender > stg_orders.buyer_kind", *ANSWERED),
        ]
