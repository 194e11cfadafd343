"""The on-run hooks record what each command did to each node, whatever becomes of the command."""

import time
import tomllib

import pytest
from dbt_project import REPOSITORY
from small_shop import write_files

from also_bought.publishing.publication import PublishError


def test_each_command_that_writes_or_tests_leaves_a_row(shop):
    shop.dbt("test")
    shop.dbt("compile")
    shop.dbt("run", "--select", "scratch")
    assert shop.log() == [(1, "build", True), (2, "test", True), (3, "run", True)]
    tables = [(table.name, table.row_count) for table in shop.publish().tables]
    assert tables == [("popular_items", 2), ("rejected_lines", 0)]


def test_a_failed_unit_test_leaves_what_depends_on_it_unpublished(shop):
    (shop.root / "models" / "stg_orders.sql").write_text(
        "select 'cake' as item_id from {{ ref('raw_orders') }}"
    )
    shop.dbt("build", succeeds=False)
    with pytest.raises(PublishError, match="stg_orders was skipped"):
        shop.publish()


def test_leaving_out_only_unit_tests_is_a_good_build(shop):
    shop.dbt("build", "--exclude-resource-type", "unit_test")
    assert shop.publish().build_number == 2


def test_what_a_killed_command_had_selected_is_built_again_before_it_is_published(shop):
    # About ten seconds of work in one model: long enough to be killed in.
    model = shop.root / "models" / "stg_orders.sql"
    quick = model.read_text()
    model.write_text(
        "select item_id from {{ ref('raw_orders') }}"
        " where (select sum(md5_number_lower(i::varchar)) from range(200_000_000) r(i)) > 0"
    )
    process = shop.start_dbt("run", "--select", "stg_orders")
    while "START sql table model shop.stg_orders" not in shop.output.read_text():
        assert process.is_alive(), shop.output.read_text()
        time.sleep(0.05)
    process.kill()
    process.join()
    model.write_text(quick)
    assert shop.log()[-1] == (2, "run", False)
    with pytest.raises(PublishError, match="stg_orders was begun by a command that was killed"):
        shop.publish()
    # What is none of it changes nothing.
    shop.dbt("build", "--select", "scratch")
    with pytest.raises(PublishError, match=r"`dbt build --select stg_orders\+`"):
        shop.publish()
    shop.dbt("build", "--select", "stg_orders+")
    shop.publish()


def test_a_build_that_cannot_be_recorded_does_not_start(shop):
    shop.change("alter table shop_meta.also_bought_builds rename to elsewhere")
    shop.change("create view shop_meta.also_bought_builds as from shop_meta.elsewhere")
    assert "START sql table model" not in shop.dbt("build", succeeds=False)


def test_a_log_of_version_0_1_0_is_gone_on_with(shop):
    shop.change("drop table shop_meta.also_bought_nodes")
    shop.change("drop table shop_meta.also_bought_results")
    shop.change(
        "create or replace table shop_meta.also_bought_builds as"
        " select *, true as is_complete from shop_meta.also_bought_builds"
    )
    shop.change("alter table shop_meta.also_bought_builds alter is_complete set not null")
    with pytest.raises(PublishError, match="No build is recorded"):
        shop.publish()
    shop.dbt("build")
    assert shop.publish().build_number == 2


def test_a_build_whose_start_hook_was_skipped_is_recorded(shop):
    # A package whose name sorts before ours runs its hooks first; dbt then skips our start hook,
    # and dbt 1.11 builds all the same.
    write_files(
        shop.root,
        {
            "dbt_packages/a_neighbour/dbt_project.yml": """
                name: a_neighbour
                on-run-start: [select * from gone]
                """,
            "packages.yml": """
                packages:
                  - local: dbt_packages/a_neighbour
                  - local: dbt_packages/also_bought
                """,
        },
    )
    shop.dbt("build", succeeds=False)
    assert len(shop.log()) == 2


def test_two_commands_that_write_the_same_model_at_once_leave_it_unpublished(shop):
    # DuckDB has one writer at a time: the command that began meanwhile is made in the log.
    shop.edit(
        "models/stg_orders.sql",
        "select item_id",
        """{{ config(post_hook="
            insert into shop_meta.also_bought_builds
            select 3, 'other', 'run', '0', now()::timestamp, null;
            update shop_meta.also_bought_results set build_number = 3
            where node_id = 'model.consumer.stg_orders'
        ") }}
        select item_id""",
    )
    shop.dbt("build")
    with pytest.raises(PublishError, match="stg_orders was written by two commands at once"):
        shop.publish()


def test_the_version_in_the_log_is_the_version_of_the_package(built_shop):
    [(recorded,)] = built_shop.rows("select package_version from shop_meta.also_bought_builds")
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert recorded == pyproject["project"]["version"]
