"""Runs as people run dbt: after each, what is published or what is refused, and for how long."""

import re
import shlex

import pytest
from dbt_project import REPOSITORY
from small_shop import Shop

from also_bought.publishing.build_log import Node, faults, remedy
from also_bought.publishing.publication import PublishError


def ways_of_the_docs() -> list[tuple[str, str, str]]:
    """Return what is run, from where and what comes of it: the table of docs/running.md."""
    text = (REPOSITORY / "docs" / "running.md").read_text()
    rows = re.findall(r"^\| `(dbt .+?)` \| (.+?) \| (.+?) \|$", text, flags=re.MULTILINE)
    return [
        (commands, start, outcome)
        for commands, *outcomes in rows
        for start, outcome in zip(("empty", "filled"), outcomes, strict=True)
    ]


@pytest.mark.parametrize(("commands", "start", "outcome"), ways_of_the_docs())
def test_each_way_to_run_dbt_does_what_the_docs_say(shop, commands, start, outcome):
    if start == "empty":
        shop.database.unlink()
    if "state:modified" in commands:
        shop.edit("models/stg_orders.sql", "select item_id", "select trim(item_id) as item_id")
    what, _, words = outcome.partition(": ")
    *first, last = (shlex.split(command)[1:] for command in commands.split("&&"))
    if what == "dbt stops":
        output = shop.dbt(*(first or [last])[0], succeeds=False)
        assert words in " ".join(output.split())
        return
    for arguments in (*first, last):
        shop.dbt(*arguments)
    if not shop.database.exists():
        shop.change("select 1")
    if what == "publishes":
        shop.publish()
    else:
        assert what == "refuses"
        assert words in refusal(shop)


def refusal(shop: Shop, target_schema: str | None = None) -> str:
    """Return the words in which a publish is refused: few enough to read."""
    with pytest.raises(PublishError) as caught:
        shop.publish(target_schema)
    assert len(str(caught.value).splitlines()) == 3
    return str(caught.value)


def test_a_failing_model_that_nothing_of_ours_reads_blocks_nothing(shop):
    (shop.root / "models" / "scratch.sql").write_text(
        "select error('broken') as item_id from {{ ref('also_bought', 'popular_items') }}"
    )
    shop.dbt("build", succeeds=False)
    assert {"relationships_scratch_item_id__item_id__ref_also_bought_popular_items_"} <= set(
        shop.results()
    )
    assert shop.publish().build_number == 2


def test_a_failed_test_stops_the_publish_after_a_good_build_until_it_is_good(shop):
    shop.publish()
    test = shop.root / "tests" / "assert_no_cake.sql"
    passing = test.read_text()
    test.write_text(passing.replace("cake", "bread"))
    shop.dbt("test", succeeds=False)
    assert "assert_no_cake failed" in refusal(shop)
    test.write_text(passing)
    shop.dbt("test", "--select", "assert_no_cake")
    publication = shop.publish()
    assert publication.build_number == 3
    assert publication.equals_previous


def test_a_failed_build_and_its_retry_are_a_good_build(shop):
    test = shop.root / "tests" / "assert_no_cake.sql"
    passing = test.read_text()
    test.write_text(passing.replace("cake", "bread"))
    shop.dbt("build", succeeds=False)
    message = refusal(shop)
    assert "assert_no_cake failed; popular_items was skipped" in message
    assert "mend what failed, run `dbt build`" in message
    test.write_text(passing)
    shop.dbt("retry")
    assert shop.publish().build_number == 3


def test_what_is_cured_as_the_refusal_says_can_be_published(shop):
    for arguments, cure in {
        ("run", "--select", "stg_orders"): "build --select stg_orders+",
        ("run",): "test --select assert_no_cake assert_popular_items_are_sound"
        " not_null_stg_orders_item_id",
        ("seed",): "build --select raw_orders+",
    }.items():
        shop.dbt(*arguments)
        assert f"What to do: run `dbt {cure}`, then publish again." in refusal(shop)
        shop.dbt(*cure.split())
        shop.publish()


def test_rows_of_another_environment_are_not_published(shop):
    shop.dbt("build", "--target", "ci")
    shop.publish("ci")
    arguments = ("--select", "popular_items", "--defer", "--state", "prod", "--favor-state")
    shop.dbt("build", *arguments, "--target", "ci")
    shop.publish("shop")
    assert "popular_items holds only a part of the rows" in refusal(shop, "ci")


def test_tests_that_are_switched_off_or_weakened_are_told(shop):
    assert shop.publish().remarks == ()
    with (shop.root / "dbt_project.yml").open("a") as project:
        project.write("data_tests: {also_bought: {+severity: warn, +where: 1 = 0}}\n")
    shop.dbt("test")
    assert shop.publish().remarks == (
        "Tests of ours that this project has weakened (1):"
        " assert_popular_items_are_sound (severity: warn, where: 1 = 0).",
    )
    shop.edit("dbt_project.yml", "+severity: warn, +where: 1 = 0", "+enabled: false")
    shop.dbt("build")
    assert shop.publish().remarks == (
        "Tests of ours that this project has switched off (1): assert_popular_items_are_sound.",
    )


def node(node_id: str, reads: tuple[str, ...] = (), status: str = "good", **numbers: int) -> Node:
    """Return a node that command 1 has built, if nothing else is said."""
    numbers = {"build_number": 1, "last_build_number": 1} | numbers
    return Node(node_id, reads, False, status, **numbers)


def words_of_faults(*nodes: Node) -> list[str]:
    """Return what is wrong with these nodes."""
    return [fault.words for fault in faults({node.node_id: node for node in nodes})]


def test_what_was_built_while_its_parent_was_being_written_is_stale():
    parent = node("model.shop.a", build_number=1, last_build_number=2)
    child = node("model.shop.b", ("model.shop.a",), build_number=2, last_build_number=2)
    assert words_of_faults(parent, child) == ["b is older than a"]
    child = node("model.shop.b", ("model.shop.a",), build_number=3, last_build_number=3)
    assert words_of_faults(parent, child) == []


def test_a_test_that_reads_others_models_stops_a_publish_only_by_failing():
    model = node("model.shop.a", build_number=2, last_build_number=2)
    reads = ("model.shop.a", "model.shop.scratch")
    for status in ("good", "skipped", "begun"):
        assert words_of_faults(model, node("test.shop.t", reads, status)) == []
    assert words_of_faults(model, node("test.shop.t", reads, "failed")) == ["t failed"]


def test_the_remedy_is_short_and_names_where_to_begin():
    nodes = {
        f"model.shop.m{i}": node(f"model.shop.m{i}", (f"model.shop.m{i - 1}",), "begun")
        for i in range(9)
    }
    assert "`dbt build --select m0+`" in remedy(faults(nodes), nodes)
    nodes = {f"model.shop.m{i}": node(f"model.shop.m{i}", (), "begun") for i in range(9)}
    assert "`dbt build`" in remedy(faults(nodes), nodes)
    nodes = {
        "model.shop.a": node("model.shop.a", build_number=2, last_build_number=2),
        "test.shop.t.hash": node("test.shop.t.hash", ("model.shop.a",)),
    }
    assert "`dbt test --select t`" in remedy(faults(nodes), nodes)
