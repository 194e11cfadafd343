"""The serving file and the file of figures beside it, replaced together by one rename.

    also_bought.duckdb     -> also_bought.duckdb.publications/current/also_bought.duckdb
    also_bought_bi.duckdb  -> also_bought.duckdb.publications/current/also_bought_bi.duckdb
    also_bought.duckdb.publications/
        current            -> 42-20261127T153426752871
        41-..., 42-...     with both files each

Readers open the two names above; only `current` is ever replaced.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from also_bought.publishing.publication import PublishError
from also_bought.publishing.swapping import FILE_MODE, flush_to_disk

# The folder around them says who may come here at all; each file, who may read it.
FOLDER_MODE = 0o751
PUBLICATIONS = ".publications"
# A publication that has been read holds a file of this name; one whose publish was killed has none.
WAS_READ = "was_read"


@dataclass(frozen=True)
class ServingPair:
    """Where readers find what is published: everything, and the figures alone."""

    whole: Path
    """The serving file."""

    @classmethod
    def of(cls, serving_file: Path) -> "ServingPair":
        """Return the pair of a serving file, which may be reached by links of others.

        Raises
        ------
        PublishError
            When the name leads to a file of figures, or that of the figures leads elsewhere.
        """
        real = Path(os.path.realpath(serving_file))
        folder = real.parent.parent
        if folder.name == f"{real.name}{PUBLICATIONS}":
            real = folder.parent / real.name
        elif folder.name.endswith(PUBLICATIONS):
            raise PublishError(
                "This is the file of figures, which comes with the serving file.",
                serving_file,
                f"name the serving file: {folder.parent / folder.name.removesuffix(PUBLICATIONS)}.",
            )
        pair = cls(real)
        leads_to = Path(os.path.realpath(pair.figures))
        if pair.figures.is_symlink() and leads_to.parent.parent != pair.publications:
            # Whatever it is, it is not ours to overwrite.
            raise PublishError(
                "The place of the file of figures is taken by a link.",
                pair.figures,
                "move it away, or name another serving file with --to.",
            )
        return pair

    @property
    def figures(self) -> Path:
        """The file of figures, for whoever may see no person."""
        return self.whole.with_name(f"{self.whole.stem}_bi{self.whole.suffix}")

    @property
    def publications(self) -> Path:
        """The folder that holds them."""
        return self.whole.with_name(f"{self.whole.name}{PUBLICATIONS}")

    @property
    def current(self) -> Path:
        """The link to the publication that is read."""
        return self.publications / "current"

    def prepare(self, staged: Path) -> None:
        """Give the two staged files their modes and groups, and bring them to the disk."""
        for file in (self.whole, self.figures):
            copy = staged / file.name
            for database in (copy, file, Path(os.path.realpath(file))):
                _refuse_log_beside(database)
            copy.chmod(FILE_MODE)
            if file.exists() and file.stat().st_gid != copy.stat().st_gid:
                os.chown(copy, -1, file.stat().st_gid)
            flush_to_disk(copy)
        staged.chmod(FOLDER_MODE)
        flush_to_disk(staged)

    def place(self, staged: Path, number: int) -> Path:
        """Put a folder with both files beside the current one, and both names in their places.

        Parameters
        ----------
        staged : pathlib.Path
            The folder, on the same disk.
        number : int
            The number of its publication.

        Returns
        -------
        pathlib.Path
            Where the folder lies now. Readers do not see it yet.
        """
        self.publications.mkdir(exist_ok=True)
        self.publications.chmod(FOLDER_MODE)
        if self.current.is_dir() and not self.current.is_symlink():
            # Somebody copied the folder without its links; the names are files then.
            shutil.rmtree(self.current)
        if _is_plain(self.whole):
            self._take_over(staged.parent, number - 1)
        elif not self.whole.exists():
            # Whoever removed the serving file is not to find it there again.
            self.current.unlink(missing_ok=True)
        placed = self.publications / _folder_name(number)
        staged.rename(placed)
        flush_to_disk(self.publications)
        for file in (self.whole, self.figures):
            if not file.is_symlink():
                self._link(file, self.current / file.name, staged.parent)
        flush_to_disk(self.whole.parent)
        return placed

    def _take_over(self, staging: Path, number: int) -> None:
        """Put links in the place of files: of an earlier version, or copied without their links."""
        placed = self.publications / _folder_name(number)
        placed.mkdir()
        placed.chmod(FOLDER_MODE)
        files = [file for file in (self.whole, self.figures) if _is_plain(file)]
        for file in files:
            os.link(file, placed / file.name)
        flush_to_disk(placed)
        self._link(self.current, placed, staging)
        for file in files:
            self._link(file, self.current / file.name, staging)

    def make_current(self, placed: Path, staging: Path) -> None:
        """Let both names lead to the files in a folder, at once."""
        if self.current.exists():
            (self.current / WAS_READ).touch()
        self._link(self.current, placed, staging)

    def _link(self, name: Path, target: Path, staging: Path) -> None:
        """Put a link in the place of whatever has the name, by one rename."""
        link = staging / "link"
        link.symlink_to(target.relative_to(name.parent))
        link.replace(name)

    def kept(self) -> dict[int, Path]:
        """Return the folder of each publication that is there, by its number, the latest last."""
        current = Path(os.path.realpath(self.current))
        return {
            number_of(folder): folder
            for folder in sorted(self._folders(), key=number_of)
            if folder == current or (folder / WAS_READ).exists()
        }

    def _folders(self) -> list[Path]:
        return list(self.publications.glob("[0-9]*-[0-9]*T[0-9]*"))

    @property
    def latest(self) -> Path:
        """The serving file of the latest publication, which a rollback may have left unread."""
        folder = Path(os.path.realpath(self.whole)).parent
        if folder.parent != self.publications:
            return self.whole
        kept = self.kept()
        return kept[max(kept)] / self.whole.name if kept else self.whole

    def remove_others(self, before: Path, kept_count: int) -> None:
        """Remove all publications but the current one, that before and the latest few.

        Parameters
        ----------
        before : pathlib.Path
            The publication that was read until now: who is just opening it ends well.
        kept_count : int
            How many of the latest beside the current one are kept, to go back to.
        """
        current = Path(os.path.realpath(self.current))
        others = [folder for folder in self.kept().values() if folder != current]
        kept = {current, before, *others[max(0, len(others) - kept_count) :]}
        for folder in set(self._folders()) - kept:
            shutil.rmtree(folder)


def number_of(folder: Path) -> int:
    """Return the number of the publication that a folder holds."""
    return int(folder.name.split("-")[0])


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _folder_name(number: int) -> str:
    return f"{number}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"


def _refuse_log_beside(database: Path) -> None:
    # DuckDB would replay a WAL that lies beside a file, whichever file it was written for.
    wal = database.with_name(f"{database.name}.wal")
    if wal.exists():
        raise PublishError(
            "A write-ahead log lies beside the file: a program has it open for writing.",
            wal,
            "close the program (let it open read-only), remove the log, then publish again.",
        )
