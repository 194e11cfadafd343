"""What is installed is what was locked, and may be used."""

import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from dbt_project import IS_LONG, REPOSITORY

LOCKS = sorted((REPOSITORY / "requirements").glob("*.txt"))
LOCKS = [lock for lock in LOCKS if lock.name != "constraints.txt"]
ENTRY = re.compile(r"^(\S+==[^\s\\]+).*(?:\n .*)*", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
# Words by which packages call licences under which they may be installed beside ours.
ALLOWED = re.compile(
    r"Apache|BSD|\bMIT\b|\bISC\b|\bPSF\b|Python Software|CNRI|Zlib|CC0|Unlicense"
    r"|Historical Permission|MPL|Mozilla"
)
# Of two licences we take the Artistic one. What has the LGPL is loaded as it is, with an extra. The
# last says nothing of a licence and brings the text of one, MIT's.
TAKEN_ALL_THE_SAME = {
    "text-unidecode": "Artistic",
    "psycopg2-binary": "LGPL",
    "axe-playwright-python": "",
}


def licence(distribution: Distribution) -> str:
    """Return what a package calls its licence."""
    says = distribution.metadata
    classifiers = [
        words for words in says.get_all("Classifier") or [] if words.startswith("License")
    ]
    first_line = (says.get("License") or "").strip().split("\n")[0]
    return says.get("License-Expression") or "; ".join(classifiers) or first_line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_package_of_a_lock_has_a_hash(lock):
    text = lock.read_text(encoding="utf-8")
    entries = [entry[0] for entry in ENTRY.finditer(text)]
    assert len(entries) == len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)) > 10
    assert [entry for entry in entries if not HASH.search(entry)] == []


def test_every_lock_is_installed_by_its_hashes():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if "pip install" in line and " -r " in line]
    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []


def test_licences_of_all_that_is_installed_are_allowed():
    unknown = {
        distribution.name: licence(distribution)
        for distribution in distributions()
        if not ALLOWED.search(licence(distribution))
        and TAKEN_ALL_THE_SAME.get(distribution.name, "?") not in licence(distribution)
    }
    assert unknown == {}


@pytest.mark.skipif(not IS_LONG, reason="make test-long asks the package registry")
@pytest.mark.parametrize("is_flipped", [False, True])
def test_a_package_with_another_hash_is_not_installed(tmp_path: Path, is_flipped):
    text = (REPOSITORY / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    entry = ENTRY.search(text)[0]
    if is_flipped:
        entry = re.sub("sha256:(.)", lambda of: f"sha256:{int(of[1], 16) ^ 1:x}", entry)
    requirements = tmp_path / "one.txt"
    requirements.write_text(entry)
    command = ["download", "--no-deps", "--require-hashes", "-r", requirements, "-d", tmp_path]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *command], capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is not is_flipped
    assert ("DO NOT MATCH THE HASHES" in done.stderr) is is_flipped
