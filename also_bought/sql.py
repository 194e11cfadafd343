"""Names and texts as SQL writes them."""


def quoted(name: str) -> str:
    """Return an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def relation(*parts: str) -> str:
    """Return a table for SQL: its name, with its schema and database before it."""
    return ".".join(map(quoted, parts))


def literal(value: object) -> str:
    """Return a text literal for SQL."""
    return "'" + str(value).replace("'", "''") + "'"
