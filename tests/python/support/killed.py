"""Kills a program at a moment of its work: `python killed.py MODULE FUNCTION MOMENT PATH...`."""

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path


def assert_killed(function: str, moment: str, *paths: Path) -> None:
    """Call a function in a process that kills itself, and see that it did.

    Parameters
    ----------
    function : str
        Module and name of the function.
    moment : str
        before or after, and a function or a method of a class that the module knows; where it is
        called more often, which call, by its number.
    *paths : pathlib.Path
        What the function is called with.
    """
    command = [sys.executable, __file__, *function.rsplit(".", 1), moment, *map(str, paths)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL


def main(module_name: str, function: str, when: str, *paths: str) -> None:
    """Put the kill in the place of what it comes before or after, and call the function."""
    module = importlib.import_module(module_name)
    moment, name, number = [*when.split(), "1"][:3]
    holder = module
    if "." in name:
        holder, name = getattr(module, name.split(".")[0]), name.split(".")[1]
    original = getattr(holder, name)

    calls = []

    def killed(*arguments, **options):
        calls.append(name)
        is_the_one = len(calls) == int(number)
        if moment == "after" or not is_the_one:
            result = original(*arguments, **options)
        if is_the_one:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(holder, name, killed)
    getattr(module, function)(*map(Path, paths))


if __name__ == "__main__":
    main(*sys.argv[1:])
