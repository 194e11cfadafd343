"""No score that is published may depend on a restricted attribute of people."""

import json
from dataclasses import replace

from also_bought.lineage.attribute_paths import Model, attribute_paths
from also_bought.lineage.column_lineage import TableName
from also_bought.publishing.build_log import NODES_TABLE
from also_bought.publishing.publication import (
    CODE_TABLE,
    AttributePermission,
    Build,
    PublishError,
)
from also_bought.publishing.warehouse import Warehouse
from also_bought.sql import relation

PAGE = "docs/restricted-attributes.md"


def with_permitted_attributes(database: Warehouse, build: Build) -> Build:
    """Refuse where a restricted attribute reaches a published score; add what is permitted.

    Returns
    -------
    Build
        The build, with each attribute that somebody answers for, and a remark on it.

    Raises
    ------
    PublishError
        When it does, or where YAML permits it and does not say who answers for it.
    """
    columns = database.column_names()
    found = attribute_paths(
        _models(database, build.log_schema), lambda table: columns.get(table, []), database.dialect
    )
    for step in found.unexplained:
        raise PublishError(
            f"The YAML of {step.origin.table.name} permits {step.origin.column} and does not say"
            " who answers for it.",
            f"meta: {{restricted: ...}} of the column {step.origin.column}",
            f"write `restricted: {{owner: a name, reason: a sentence}}`; see {PAGE}.",
        )
    for step in found.paths:
        raise PublishError(
            f"A score depends on a restricted attribute of people: {step.attribute}.",
            step.words,
            "leave the column out on this way, then build and publish again; what the law allows is"
            f" permitted as {PAGE} says.",
        )
    permissions = tuple(
        AttributePermission(
            permitted.step.attribute, permitted.step.words, permitted.owner, permitted.reason
        )
        for permitted in found.permissions
    )
    remarks = (permission.sentence for permission in permissions)
    return replace(build, remarks=(*build.remarks, *remarks), permissions=permissions)


def _models(database: Warehouse, log_schema: str) -> list[Model]:
    nodes, code = (
        relation(*database.build_schema(log_schema), table) for table in (NODES_TABLE, CODE_TABLE)
    )
    # A log of an earlier version has no code; it is complete once all was built anew.
    if not database.schemas_with(CODE_TABLE):
        return []
    # An ephemeral model has a place among those that read each other, and no code of its own.
    names = (
        f"coalesce(nodes.{column}, code.{column})"
        for column in ("node_id", "schema_name", "table_name")
    )
    rows = database.query(
        f"select {', '.join(names)}, code.code, coalesce(code.is_python, false),"
        " coalesce(nodes.reads, '[]'), coalesce(nodes.is_published, false),"
        " coalesce(code.restricted, '{}')"
        f" from {nodes} as nodes full join {code} as code on nodes.node_id = code.node_id"
        " where nodes.node_id is not null or code.node_id like 'source.%' order by 1"
    )
    return [
        Model(
            node_id,
            TableName(schema.lower(), table.lower()),
            tuple(json.loads(reads)),
            text,
            is_python,
            is_published,
            json.loads(restricted),
        )
        for node_id, schema, table, text, is_python, reads, is_published, restricted in rows
    ]
