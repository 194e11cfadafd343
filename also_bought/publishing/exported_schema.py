"""What an exported table looks like, as JSON Schema, and which changes of it break a reader."""

from typing import Any

from also_bought.publishing.publication import SourceTable

Schemas = dict[str, dict[str, Any]]
"""The JSON Schema of each table, by its name."""

FORMATS = {"DATE": "date", "TIMESTAMP": "date-time", "TIMESTAMP WITH TIME ZONE": "date-time"}
TYPES = {"BOOLEAN": "boolean", "DOUBLE": "number", "FLOAT": "number"}
CHANGES_IN_A_MESSAGE = 3


def json_type(data_type: str) -> dict[str, Any]:
    """Return what JSON Schema says of a type of DuckDB; nothing of maps and structures."""
    if data_type.endswith("[]"):
        items = json_type(data_type.removesuffix("[]"))
        # An element may be null, whatever the column may be.
        return {"type": "array", "items": _or_null(items)}
    if data_type.startswith(("STRUCT", "MAP", "UNION", "JSON")):
        return {}
    if data_type in FORMATS:
        return {"type": "string", "format": FORMATS[data_type]}
    if data_type.endswith("INT") or data_type == "INTEGER":
        return {"type": "integer"}
    if data_type.startswith("DECIMAL"):
        return {"type": "number"}
    return {"type": TYPES.get(data_type, "string")}


def _or_null(of_values: dict[str, Any]) -> dict[str, Any]:
    return of_values | {"type": [of_values["type"], "null"]} if of_values else of_values


def table_schema(table: SourceTable) -> dict[str, Any]:
    """Return the JSON Schema of a row, from what the catalog says of the published table.

    Columns that a later minor version adds are allowed. `x-type` is the type in the Parquet file,
    as DuckDB calls it.
    """
    properties = {}
    for column in table.columns:
        of_values = json_type(column.data_type)
        properties[column.name] = (
            (_or_null(of_values) if column.is_nullable else of_values)
            | ({"description": column.comment} if column.comment else {})
            | {"x-type": column.data_type}
        )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table.name,
        **({"description": table.comment} if table.comment else {}),
        "type": "object",
        "properties": properties,
        "required": [column.name for column in table.columns],
        "x-primary-key": list(table.primary_key),
    }


def breaking_changes(before: Schemas, now: Schemas) -> list[str]:
    """Return what would break a reader of the schemas before, a few words each."""
    found = []
    for name, old in before.items():
        if name not in now:
            found.append(f"the table {name} is gone")
            continue
        new = now[name]
        if old["x-primary-key"] != new["x-primary-key"]:
            found.append(f"the key of {name} is another")
        for column, was in old["properties"].items():
            of_column = f"{name}.{column}"
            became = new["properties"].get(column)
            if became is None:
                found.append(f"{of_column} is gone")
            elif was["x-type"] != became["x-type"]:
                found.append(f"{of_column} was {was['x-type']} and is {became['x-type']}")
            elif "null" in became.get("type", ()) and "null" not in was["type"]:
                found.append(f"{of_column} may now be null")
    return found


def without_words(schemas: Schemas) -> Schemas:
    """Return schemas without their descriptions: what a program reads of them."""
    return {
        name: schema
        | {
            "description": None,
            "properties": {
                column: of_values | {"description": None}
                for column, of_values in schema["properties"].items()
            },
        }
        for name, schema in schemas.items()
    }
