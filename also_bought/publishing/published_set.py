"""The tables of a build that are to be published, or why they may not be."""

from dataclasses import replace

from also_bought.publishing.own_tables import OWN_TABLES
from also_bought.publishing.publication import (
    CODE_TABLE,
    RUN_ID_COLUMN,
    Build,
    PublishError,
    SourceTable,
)
from also_bought.publishing.warehouse import Warehouse
from also_bought.sql import relation

VERDICTS_TABLE = "recommendation_verdicts"


def published_set(database: Warehouse, build: Build) -> list[SourceTable]:
    """Return the tables to publish, by name, or refuse when one is missing or wrongly empty."""
    tables = []
    taken_names = set(OWN_TABLES)
    for built in build.tables:
        name = built.name
        where = f"{built.schema}.{name} in {database.name}"
        if name.lower() in taken_names:
            raise PublishError(
                f"The name {name} is taken: published tables share one schema.",
                where,
                "give the model an alias of its own, or remove its tag `published`.",
            )
        taken_names.add(name.lower())
        table = database.describe(database.build_schema(built.schema), name)
        if table is None:
            # A view would not do: it can change, or end, without any build being recorded.
            raise PublishError(
                f"The published table {name} is missing, or is a view.",
                where,
                "materialise it as a table, build and publish again.",
            )
        if RUN_ID_COLUMN in {column.name.lower() for column in table.columns}:
            raise PublishError(
                f"The published table {name} has a column {RUN_ID_COLUMN}, which publishing adds.",
                where,
                "rename the column, then build and publish again.",
            )
        if not built.may_be_empty and not database.query(f"select 1 from {table.relation} limit 1"):
            raise PublishError(
                f"The published table {name} has no rows.",
                where,
                "see in rejected_order_lines why no order was usable;"
                " if no rows are right, set `meta: {may_be_empty: true}`.",
            )
        table = replace(
            table,
            primary_key=built.primary_key,
            looked_up_by=built.looked_up_by,
            group=built.group,
            person_keys=built.person_keys,
        )
        _refuse_unknown_keys(table, where)
        tables.append(table)
    return tables


def _refuse_unknown_keys(table: SourceTable, where: str) -> None:
    names = {column.name for column in table.columns}
    for column in (*table.primary_key, *table.looked_up_by, *(table.person_keys or ())):
        if column not in names:
            raise PublishError(
                f"A key of {table.name} names the column {column}, which is not there.",
                where,
                "correct `primary_key`, `looked_up_by` or `person_keys` in the model's meta,"
                " then build again.",
            )


def refuse_broken_seals(database: Warehouse, build: Build) -> None:
    """Refuse where a test that was good at the build is not so now: somebody changed its tables.

    The tests are those whose `meta` says `asked_by_publish`. A log of an earlier version has none.
    """
    if not database.schemas_with(CODE_TABLE):
        return
    log = relation(*database.build_schema(build.log_schema), CODE_TABLE)
    tests = database.query(
        f"select table_name, code from {log} where node_id like 'test.%' order by table_name"
    )
    for name, code in tests:
        if database.query(f"select 1 from (\n{code}\n) as failures limit 1"):
            raise PublishError(
                f"The test {name} was good when dbt ran it, and is not now.",
                database.name,
                "somebody has changed tables by hand since; bring them back, or build anew, then"
                " publish again.",
            )


def refuse_suspects(database: Warehouse, tables: list[SourceTable]) -> None:
    """Refuse when a leak check raised an alarm: a figure too good to be true is not published."""
    for table in tables:
        if table.name.lower() != VERDICTS_TABLE:
            continue
        suspects = database.query(
            f"select list, sentence from {table.relation}"
            " where verdict like 'suspect%' order by list, sentence limit 1"
        )
        for suspect_list, sentence in suspects:
            raise PublishError(
                f"The list {suspect_list} is suspect. {sentence}",
                f"{table.schema[-1]}.{table.name}; leak_checks has every alarm",
                "find the cause with docs/evaluation.md, build and publish again; honest figures"
                " above the limit are a matter for the rule is_too_good.",
            )
