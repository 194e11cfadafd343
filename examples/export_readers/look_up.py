"""Look rows up in an export of Also Bought by their key. It needs Python and no package."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

KNOWN_MAJOR = 1


def open_export(directory: Path) -> dict[str, Any]:
    """Return the manifest of the current publication. Open it again to see the next."""
    current = json.loads((directory / "current.json").read_text(encoding="utf-8"))
    if int(current["schema_version"].split(".")[0]) != KNOWN_MAJOR:
        raise SystemExit(
            f"This program knows version {KNOWN_MAJOR} of the export's schema, and {directory} has"
            f" version {current['schema_version']}. Update the program."
        )
    folder = directory / current["folder"]
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | {"folder": folder}


def file_of(published: dict[str, Any], table: str, key: object, ending: str) -> Path:
    """Return the path of the file that has the rows of a key; there may be no such file."""
    about = published["tables"][table]
    digest = hashlib.sha256(str(key).encode()).hexdigest()
    name = digest[: about["partitioned_by"]["hex_digits"]] or "all"
    return published["folder"] / about["folder"] / f"{name}.{ending}"


def look_up(published: dict[str, Any], table: str, key: object) -> list[dict[str, Any]]:
    """Return the rows of a table whose first key column is `key`, in the order of the key."""
    path = file_of(published, table, key, "jsonl")
    if not path.exists():
        return []
    column = published["tables"][table]["partitioned_by"]["column"]
    with path.open(encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row[column] == key]


if __name__ == "__main__":
    print(json.dumps(look_up(open_export(Path(sys.argv[1])), *sys.argv[2:4]), ensure_ascii=False))
