"""Names and texts as SQL writes them."""


def quoted(name: str) -> str:
    """Return an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Return a text literal for SQL."""
    return "'" + str(value).replace("'", "''") + "'"
