"""How everything here refuses: in words that say what, where and what to do."""


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
