"""A disk of little room, to fill up."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Mount a disk of a size like 32m for a while; where that is forbidden, skip the test."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True
        )
        if mounted.returncode:
            pytest.skip("a small disk can be mounted by root only")
        try:
            yield Path(folder)
        finally:
            # A server may still hold a file there: the disk then goes when it lets go.
            subprocess.run(["umount", "--lazy", folder], check=True)


def enlarge(disk: Path, size: str) -> None:
    """Give the disk more room."""
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
