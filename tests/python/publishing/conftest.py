"""What the tests of publishing start from, where they need nothing else."""

from pathlib import Path

import pytest


@pytest.fixture
def serving_file(tmp_path: Path) -> Path:
    """Return where to publish: a folder that does not exist yet."""
    return tmp_path / "serving" / "also_bought.duckdb"
