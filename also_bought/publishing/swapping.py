"""How files are put in place of others: by one program at a time, from a private folder."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TextIO

from also_bought.errors import ExplainedError

FILE_MODE = 0o640
PRIVATE_MODE = 0o600
FOLDER_MODE = 0o750


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there, none of them open to everybody."""
    for missing in reversed([folder, *folder.parents]):
        # pathlib gives the mode to the last one alone.
        missing.mkdir(mode=FOLDER_MODE, exist_ok=True)


@contextmanager
def only_writer(target: Path, refusal: ExplainedError) -> Iterator[None]:
    """Hold the lock of a file; the kernel frees it even when the process is killed.

    Parameters
    ----------
    target : pathlib.Path
        The file that is to be replaced. The lock lies beside it.
    refusal : ExplainedError
        What is raised where another process holds the lock.
    """
    lock_file = target.with_name(f".{target.name}.lock")
    # The file stays: removing it would let two writers lock two files of one name.
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise refusal from error
        yield
    finally:
        os.close(descriptor)


@contextmanager
def staging_folder(target: Path) -> Iterator[Path]:
    """Make a private folder beside a file, in place of what a killed writer left.

    DuckDB makes its files, the WAL and spilled data world-readable; in here nobody sees them.
    """
    folder = target.with_name(f".{target.name}.publishing")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def private_file(path: Path, mode: Literal["w", "a"]) -> Iterator[TextIO]:
    """Open a text file that nobody but its owner may read, and that outlasts a power cut.

    What is written anew over a file of another mode is private, too.
    """
    # pathlib knows no opener.
    with open(path, mode, encoding="utf-8", newline="", opener=_open_privately) as file:
        if mode == "w":
            os.fchmod(file.fileno(), PRIVATE_MODE)
        yield file
    flush_to_disk(path)


def _open_privately(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_MODE)


def flush_to_disk(path: Path) -> None:
    """Return when a file, or the names in a folder, outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
