"""The build log: what dbt's commands have left, node by node, and what of it may be published.

What counts is neither the last command nor all of the project: each published model, each of its
ancestors and each of their tests must have a good result, and none may be older than what it reads.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from also_bought.errors import NAMES_IN_A_MESSAGE, first_few
from also_bought.publishing.publication import (
    RESULTS_TABLE,
    Build,
    BuiltTable,
    PublishedGroup,
    PublishError,
)
from also_bought.publishing.warehouse import Warehouse
from also_bought.sql import relation

BUILDS_TABLE = "also_bought_builds"
NODES_TABLE = "also_bought_nodes"
# What the hooks write for a test that the project has switched off.
SWITCHED_OFF = "switched off"


@dataclass(frozen=True)
class Node:
    """A published model, one of its ancestors, or a data test of these, with its latest result."""

    node_id: str
    reads: tuple[str, ...]
    """The ids of all nodes that it reads, those that are none of ours included."""
    is_ephemeral: bool
    status: str | None
    """good, warned, failed, skipped, partial, begun, written by two; None where it never ran."""
    build_number: int | None
    """The command of the result."""
    last_build_number: int | None
    """The latest command that had begun when that command ended."""

    @property
    def name(self) -> str:
        """The name as dbt's `--select` takes it."""
        return self.node_id.split(".")[2] if self.is_test else self.node_id.split(".", 2)[2]

    @property
    def is_test(self) -> bool:
        """Whether it is a data test."""
        return self.node_id.startswith("test.")

    @property
    def is_good(self) -> bool:
        """Whether its latest result is good by itself."""
        return self.status in ("good", "warned")

    def is_as_new_as(self, other: "Node") -> bool:
        """Return whether it was made from what `other` is now.

        Within one command dbt keeps the order. Of two commands the later one must have begun after
        the earlier one had ended.
        """
        mine, theirs = self.build_number or 0, other.last_build_number or 0
        return self.build_number == other.build_number or mine > theirs


@dataclass(frozen=True)
class Fault:
    """Why a node may not be published."""

    node: Node
    kind: str
    parent: Node | None
    """What the node is older than, where it is stale."""

    @property
    def words(self) -> str:
        """What is wrong, for people."""
        words = WORDS_OF_TESTS if self.node.is_test else WORDS_OF_MODELS
        return words[self.kind].format(self.node.name, self.parent and self.parent.name)


# The cause comes before what follows from it.
KINDS = ("failed", "begun", "written by two", "partial", "never", "stale", "skipped")
WORDS_OF_MODELS = {
    "failed": "{0} failed",
    "begun": "{0} was begun by a command that was killed or still runs",
    "written by two": "{0} was written by two commands at once",
    "partial": "{0} holds only a part of the rows (`--empty`, `--sample` or the like)",
    "never": "{0} was never built",
    "stale": "{0} is older than {1}",
    "skipped": "{0} was skipped",
}
WORDS_OF_TESTS = WORDS_OF_MODELS | {
    "partial": "{0} saw only a part of the rows (`--empty`, `--sample` or the like)",
    "never": "{0} never ran",
    "stale": "{0} has not run since {1} was built",
}


def faults(nodes: dict[str, Node]) -> list[Fault]:
    """Return what keeps nodes from being published, causes first; empty where all is good.

    Parameters
    ----------
    nodes : dict
        The published models, seeds and snapshots, their ancestors and the tests of these, by id.
    """
    found = [fault for node in nodes.values() if (fault := _fault(node, nodes))]
    return sorted(found, key=lambda fault: (KINDS.index(fault.kind), fault.node.node_id))


def _fault(node: Node, nodes: dict[str, Node]) -> Fault | None:
    if node.is_ephemeral:
        return None
    newer = [parent for parent in _read_nodes(node, nodes) if _is_newer(parent, node)]
    # Whether such a test can run depends on models that are none of ours.
    reads_others = node.is_test and not set(node.reads) <= set(nodes)
    if not node.is_good and (node.status == "failed" or not reads_others):
        return Fault(node, node.status or "never", None)
    if newer and not reads_others:
        return Fault(node, "stale", newer[0])
    return None


def _is_newer(parent: Node, node: Node) -> bool:
    return parent.is_good and node.is_good and not node.is_as_new_as(parent)


def _read_nodes(node: Node, nodes: dict[str, Node]) -> Iterator[Node]:
    """Return those of `nodes` that a node reads; for an ephemeral model, those that it reads."""
    for node_id in node.reads:
        if node_id in nodes and nodes[node_id].is_ephemeral:
            yield from _read_nodes(nodes[node_id], nodes)
        elif node_id in nodes:
            yield nodes[node_id]


def remedy(found: list[Fault], nodes: dict[str, Node]) -> str:
    """Return the command that cures all faults, a short one where there is."""
    if found[0].kind == "failed":
        return "mend what failed, run `dbt build`, then publish again."
    if all(fault.node.is_test for fault in found):
        return (
            f"run `dbt test{_selection([fault.node.name for fault in found])}`, then publish again."
        )
    # What is built anew takes along whatever reads it, tests included.
    origins = {fault.parent or fault.node for fault in found if not fault.node.is_test}
    built = {fault.node for fault in found if not fault.node.is_test} | origins
    names = [
        f"{node.name}+" for node in origins if not built.intersection(_read_nodes(node, nodes))
    ]
    names += [
        fault.node.name
        for fault in found
        if fault.node.is_test and not built.intersection(_read_nodes(fault.node, nodes))
    ]
    return f"run `dbt build{_selection(names)}`, then publish again."


def _selection(names: list[str]) -> str:
    """Return the names as an option of dbt; nothing where they are too many to type."""
    return f" --select {' '.join(sorted(names))}" if len(names) <= NAMES_IN_A_MESSAGE else ""


def log_schema(database: Warehouse, target_schema: str | None) -> str:
    """Return the schema of the build log, or refuse where there is none, or more than one."""
    schemas = database.schemas_with(NODES_TABLE)
    targets = ", ".join(schema.removesuffix("_meta") for schema in schemas)
    if not schemas:
        raise PublishError(
            "No build is recorded in this database.",
            database.name,
            "run `dbt build` (the hooks of also_bought record it), then publish again.",
        )
    if target_schema is None and len(schemas) > 1:
        raise PublishError(
            "The database holds the builds of more than one dbt target.",
            database.name,
            f"name the schema of one with --schema: {targets}.",
        )
    if target_schema is None:
        return schemas[0]
    if f"{target_schema}_meta" not in schemas:
        raise PublishError(
            f"No build of a target with the schema {target_schema} is recorded.",
            database.name,
            f"name one of these with --schema: {targets}.",
        )
    return f"{target_schema}_meta"


def publishable_build(database: Warehouse, schema: str) -> Build:
    """Return what the log in `schema` allows to be published, or refuse and name what is wrong."""
    builds, nodes_table, results = (
        relation(*database.build_schema(schema), table)
        for table in (BUILDS_TABLE, NODES_TABLE, RESULTS_TABLE)
    )
    _refuse_log_of_an_earlier_version(database, schema)
    rows = database.query(
        "select nodes.node_id, nodes.reads, nodes.is_ephemeral, results.status,"
        " results.build_number, results.last_build_number, nodes.weakened_by"
        f" from {nodes_table} as nodes left join {results} as results"
        " on nodes.node_id = results.node_id order by nodes.node_id"
    )
    switched_off = [node_id.split(".")[2] for node_id, *_, weak in rows if weak == SWITCHED_OFF]
    weakened = [
        f"{node_id.split('.')[2]} ({weak})"
        for node_id, *_, weak in rows
        if weak not in (None, SWITCHED_OFF)
    ]
    nodes = {
        node_id: Node(node_id, tuple(json.loads(reads)), *state)
        for node_id, reads, *state, weak in rows
        if weak != SWITCHED_OFF
    }
    published = database.query(
        "select schema_name, table_name, published_group, may_be_empty, primary_key, looked_up_by,"
        f" person_keys from {nodes_table} where is_published"
        " order by lower(table_name), schema_name"
    )
    if not published:
        raise PublishError(
            "Nothing is to be published: no model has the tag `published`.",
            f"{schema} in {database.name}",
            "give the models to publish the tag `published`, then build and publish again.",
        )
    if found := faults(nodes):
        raise PublishError(
            f"Not all is good: {first_few([fault.words for fault in found], '; ')}.",
            f"{schema} in {database.name}",
            remedy(found, nodes),
        )
    warned = [node.name for node in nodes.values() if node.status == "warned"]
    remarks = [
        f"{words} ({len(names)}): {first_few(names)}."
        for names, words in (
            (switched_off, "Tests of ours that this project has switched off"),
            (weakened, "Tests of ours that this project has weakened"),
            (warned, "Tests that warned"),
        )
        if names
    ]
    number = max(node.build_number for node in nodes.values() if node.build_number)
    [(run_id,)] = database.query(f"select run_id from {builds} where build_number = {number}")
    tables = (
        BuiltTable(
            schema_name,
            name,
            PublishedGroup(group),
            may_be_empty,
            _names(row_keys) or (),
            _names(look_ups) or (),
            _names(person_keys),
        )
        for schema_name, name, group, may_be_empty, row_keys, look_ups, person_keys in published
    )
    return Build(number, run_id, schema, tuple(tables), tuple(remarks))


def _refuse_log_of_an_earlier_version(database: Warehouse, schema: str) -> None:
    log = database.describe(database.build_schema(schema), NODES_TABLE)
    if log and all(column.name != "person_keys" for column in log.columns):
        raise PublishError(
            "The last build is of an earlier version of Also Bought.",
            f"{schema} in {database.name}",
            "run `dbt build` with this version, then publish again.",
        )


def _names(columns: str) -> tuple[str, ...] | None:
    names = json.loads(columns)
    return None if names is None else tuple(names)
