"""Ways on which a restricted attribute of people reaches a score, through the models of a build."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import NamedTuple

from also_bought.lineage.column_lineage import (
    ROWS,
    Origin,
    Outputs,
    TableName,
    UnreadableQueryError,
    dependent_columns,
)
from also_bought.lineage.restricted_names import restricted_attribute

# What a published table orders its rows by.
SCORES = ("score", "rank")


@dataclass(frozen=True)
class Model:
    """A model, seed, snapshot or source, as its build has left it.

    `declared` holds what YAML says of a column under `meta: {restricted: ...}`, by its name.
    """

    node_id: str
    table: TableName
    reads: tuple[str, ...]
    code: str | None
    """The query or the Python that made it; None where there is none."""
    is_python: bool
    is_published: bool
    declared: Mapping[str, object]


class Step(NamedTuple):
    """A column, or the rows, of a table on the way of an attribute."""

    attribute: str
    origin: Origin
    before: "Step | None"

    @property
    def words(self) -> str:
        """The way, from its beginning, for people."""
        here = f"{self.origin.table.name}.{self.origin.column}"
        if self.origin.column == ROWS:
            here = f"the rows of {self.origin.table.name}"
        return f"{self.before.words} > {here}" if self.before else here


@dataclass(frozen=True)
class Permission:
    """A restricted attribute that may go on from a column, since somebody answers for it."""

    step: Step
    owner: str
    reason: str


@dataclass(frozen=True)
class AttributePaths:
    """What was found in a build."""

    paths: tuple[Step, ...]
    """One for each published score that depends on an attribute."""
    permissions: tuple[Permission, ...]
    unexplained: tuple[Step, ...]
    """Columns that YAML allows without owner and reason."""


def attribute_paths(
    models: Iterable[Model],
    columns_of: Callable[[TableName], list[str]],
    dialect: str,
) -> AttributePaths:
    """Follow each restricted attribute from the first table that has it to the published scores.

    A column is restricted by its name, or where YAML says `restricted: true`. What Python makes,
    or a query that cannot be read, depends on everything in the tables that it reads.

    Parameters
    ----------
    models : iterable of Model
        The published models and all that they are made of.
    columns_of : callable
        Returns the columns of a table, and none of a table that the database does not have.
    dialect : str
        As sqlglot calls it: duckdb, postgres.
    """
    by_id = {model.node_id: model for model in models}
    order = TopologicalSorter(
        {node_id: set(model.reads) & by_id.keys() for node_id, model in by_id.items()}
    ).static_order()
    walk = _Walk(columns_of, dialect, {model.table: model for model in by_id.values()})
    for node_id in order:
        model = by_id[node_id]
        walk.visit(model, {by_id[read].table for read in model.reads if read in by_id})
    paths = tuple(
        walk.steps[origin]
        for model in by_id.values()
        if model.is_published
        for column in SCORES
        if (origin := Origin(model.table, column)) in walk.steps
    )
    return AttributePaths(paths, tuple(walk.permissions), tuple(walk.unexplained))


class _Walk:
    """The columns that depend on an attribute, table after table."""

    def __init__(
        self,
        columns_of: Callable[[TableName], list[str]],
        dialect: str,
        models: Mapping[TableName, Model],
    ) -> None:
        self.columns_of = cache(columns_of)
        self.dialect = dialect
        self.models = models
        self.steps: dict[Origin, Step] = {}
        self.permissions: list[Permission] = []
        self.unexplained: list[Step] = []

    def visit(self, model: Model, reads: set[TableName]) -> None:
        """Mark the columns of a model that depend on an attribute."""
        outputs = self._outputs(model, reads)
        for column in (*(self.columns_of(model.table) or outputs.columns), ROWS):
            before = outputs.columns.get(column.lower()) or outputs.rows
            self._mark(model.table, column, self.steps[before] if before else None)

    def _outputs(self, model: Model, reads: set[TableName]) -> Outputs:
        if model.code is None:
            return Outputs()
        if not model.is_python:
            with suppress(UnreadableQueryError):
                return dependent_columns(model.code, self.dialect, self.columns_of, self._is_marked)
        return Outputs(rows=next((origin for origin in self.steps if origin.table in reads), None))

    def _is_marked(self, origin: Origin) -> bool:
        # Of a table that the database does not describe the name of the column says all.
        if origin not in self.steps and not self.columns_of(origin.table):
            self._mark(*origin, None)
        return origin in self.steps

    def _mark(self, table: TableName, column: str, before: Step | None) -> None:
        origin = Origin(table, column.lower())
        model = self.models.get(table)
        says = model.declared.get(origin.column) if model else None
        if before:
            attribute: str | None = before.attribute
        else:
            attribute = restricted_attribute(column, table.name)
            if says is True:
                attribute = attribute or origin.column
        if attribute is None:
            return
        step = Step(attribute, origin, before)
        if isinstance(says, dict) and says.get("owner") and says.get("reason"):
            self.permissions.append(Permission(step, str(says["owner"]), str(says["reason"])))
            return
        if says not in (None, True):
            self.unexplained.append(step)
        self.steps[origin] = step
