"""How everything here refuses: in words that say what, where and what to do."""

# What is more stands as a number: nobody reads a message to its twentieth name.
NAMES_IN_A_MESSAGE = 3


class ExplainedError(Exception):
    """What cannot be done, in three lines for whoever can mend it.

    Parameters
    ----------
    what : str
        What is wrong, one line.
    where : object
        What it is about (a build, table, file or setting), one line.
    remedy : str
        What to do, one line.
    """

    def __init__(self, what: str, where: object, remedy: str) -> None:
        super().__init__(f"{what}\nWhere: {where}\nWhat to do: {remedy}")
        self.what, self.where, self.remedy = what, where, remedy


def first_few(words: list[str], separator: str = ", ") -> str:
    """Return the first few of a list as text, and how many more there are."""
    more = len(words) - NAMES_IN_A_MESSAGE
    return separator.join(words[:NAMES_IN_A_MESSAGE]) + (f" and {more} more" if more > 0 else "")
