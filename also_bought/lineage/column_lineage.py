"""Which columns of a query depend on given columns of the tables that it reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

# What stands for a column where not a value but the choice of rows depends on something.
ROWS = "*"


class TableName(NamedTuple):
    """A table of a query, in small letters; without a database, since a build has one."""

    schema: str
    name: str


class Origin(NamedTuple):
    """A column of a table that a query reads, or its rows."""

    table: TableName
    column: str


class UnreadableQueryError(Exception):
    """The query cannot be parsed, or its columns not be told apart."""


@dataclass
class Outputs:
    """The columns of a query that depend on a marked column, each with one that it depends on."""

    columns: dict[str, Origin] = field(default_factory=dict)
    rows: Origin | None = None
    """What the choice of rows depends on, and with it every column."""
    stars: list[exp.Table | Scope] = field(default_factory=list)
    """What is read by a `*` that nobody could write out: a file, a table of another database."""


def dependent_columns(
    sql: str,
    dialect: str,
    columns_of: Callable[[TableName], list[str]],
    is_marked: Callable[[Origin], bool],
) -> Outputs:
    """Follow marked columns through a query.

    A column of the result depends on a marked one where its expression names it, through joins,
    subqueries, set operations and `*`. All columns do where a join, a filter, a group or a limit
    does: then the choice of rows depends on it.

    Parameters
    ----------
    sql : str
        One query.
    dialect : str
        As sqlglot calls it: duckdb, postgres.
    columns_of : callable
        Returns the columns of a table, and none of a table that nobody can look into.
    is_marked : callable
        Tells whether a column, or the rows, of a table are marked.

    Returns
    -------
    Outputs
        The columns of the result, with small letters.

    Raises
    ------
    UnreadableQueryError
        When sqlglot cannot read the query.
    """
    schema = MappingSchema(dialect=dialect, normalize=False)
    try:
        query = sqlglot.parse_one(sql, dialect=dialect)
        for read in query.find_all(exp.Table):
            read.set("catalog", None)
            if columns := columns_of(_table_name(read)):
                schema.add_table(read, dict.fromkeys(columns, "unknown"))
        qualified = qualify(
            query, dialect=dialect, schema=schema, validate_qualify_columns=False, identify=False
        )
        root = build_scope(qualified)
    except (SqlglotError, RecursionError) as error:
        raise UnreadableQueryError(str(error).splitlines()[0]) from error
    if root is None:
        raise UnreadableQueryError("it is no query")
    return _Follower(is_marked).outputs(root)


class _Follower:
    def __init__(self, is_marked: Callable[[Origin], bool]) -> None:
        self.is_marked = is_marked
        self.known: dict[int, Outputs] = {}

    def outputs(self, scope: Scope) -> Outputs:
        """Return the outputs of a scope; a query that reads itself adds nothing to them."""
        if id(scope) not in self.known:
            found = self.known[id(scope)] = Outputs()
            query = scope.expression
            if isinstance(query, exp.SetOperation):
                self._combine(scope, query, found)
            elif isinstance(query, exp.Select):
                self._select(scope, query, found)
            else:
                found.rows = _first(
                    self._origin(scope, column) for column in query.find_all(exp.Column)
                )
        return self.known[id(scope)]

    def _combine(self, scope: Scope, query: exp.SetOperation, found: Outputs) -> None:
        names = [_name(column) for column in query.selects]
        for part in scope.set_operation_scopes:
            outputs = self.outputs(part)
            found.rows = found.rows or outputs.rows
            found.stars += outputs.stars
            for name, column in zip(names, _selects(part.expression), strict=False):
                if origin := outputs.columns.get(_name(column)):
                    found.columns.setdefault(name, origin)
        if not isinstance(query, exp.Union):
            found.rows = found.rows or _first(found.columns.values())

    def _select(self, scope: Scope, query: exp.Select, found: Outputs) -> None:
        found.rows = self._rows_of_sources(scope)
        is_cut = bool(query.args.get("limit") or query.args.get("offset"))
        for column in scope.columns:
            clause, part = _place(column, query)
            # An order neither chooses rows nor changes values, unless a limit follows.
            if clause == "order" and not is_cut:
                continue
            origin = self._origin(scope, column)
            if origin is None:
                continue
            if clause == "expressions":
                found.columns.setdefault(_name(part), origin)
            else:
                found.rows = found.rows or origin
        for inner in scope.subquery_scopes:
            outputs = self.outputs(inner)
            found.rows = found.rows or outputs.rows or _first(outputs.columns.values())
        for part in query.selects:
            if part.is_star:
                found.stars += [source for _, source in scope.selected_sources.values()]

    def _rows_of_sources(self, scope: Scope) -> Origin | None:
        return _first(
            self.outputs(source).rows if isinstance(source, Scope) else self._marked(source, ROWS)
            for _, source in scope.selected_sources.values()
        )

    def _origin(self, scope: Scope, column: exp.Column) -> Origin | None:
        inside: Scope | None = scope
        while column.table and inside and column.table not in inside.sources:
            inside = inside.parent
        if inside and column.table:
            return self._of_source(inside.sources[column.table], column.name)
        return _first(self._of_source(source, column.name) for source in scope.sources.values())

    def _of_source(self, source: exp.Expr | Scope, name: str) -> Origin | None:
        if isinstance(source, exp.Table):
            return self._marked(source, name)
        if not isinstance(source, Scope):
            return None
        outputs = self.outputs(source)
        return outputs.columns.get(name.lower()) or _first(
            self._of_source(star, name) for star in outputs.stars
        )

    def _marked(self, table: exp.Table, column: str) -> Origin | None:
        origin = Origin(_table_name(table), column.lower())
        return origin if self.is_marked(origin) else None


def _first(origins: Iterable[Origin | None]) -> Origin | None:
    return next(filter(None, origins), None)


def _table_name(table: exp.Table) -> TableName:
    return TableName(table.db.lower(), table.name.lower())


def _name(column: exp.Expr) -> str:
    return column.alias_or_name.lower()


def _selects(query: exp.Expr) -> list[exp.Expr]:
    return query.selects if isinstance(query, exp.Query) else []


def _place(column: exp.Expr, query: exp.Expr) -> tuple[str, exp.Expr]:
    """Return the clause of a query in which a column stands, and the part of the clause."""
    part = column
    while part.parent is not None and part.parent is not query:
        part = part.parent
    return part.arg_key or "", part
