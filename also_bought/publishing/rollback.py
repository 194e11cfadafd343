"""Go back to an earlier publication: one rename, as publishing does it."""

import os
from pathlib import Path

from also_bought.errors import ExplainedError
from also_bought.publishing.serving_pair import ServingPair, number_of
from also_bought.publishing.swapping import flush_to_disk, only_writer, staging_folder
from also_bought.publishing.verification import Verified, verify_folder


class RollbackError(ExplainedError):
    """Going back was refused or failed, and what people read is as it was."""


class RollbackDoubtError(ExplainedError):
    """What people read is whole and the one gone back to, but perhaps not for good."""


def roll_back(serving_file: Path, number: int | None = None) -> Verified:
    """Let readers see an earlier publication, once it is verified.

    The later ones stay until the next publish, which goes on with the history and the number of the
    latest.

    Parameters
    ----------
    serving_file : pathlib.Path
        The file that `also-bought publish` wrote.
    number : int, optional
        The publication, earlier or later; by default the last one before that which is read.

    Returns
    -------
    Verified
        The publication that is read now.

    Raises
    ------
    RollbackError
        When it is not kept, a publish is running, or a file cannot be read or written.
    RollbackDoubtError
        When it is read now, but what follows the rename fails.
    VerificationError
        When it is not what was published.
    """
    pair = ServingPair.of(serving_file)
    is_swapped = False
    try:
        if not pair.current.exists():
            raise RollbackError(
                "There is no publication to go back from.",
                pair.whole,
                "run `also-bought publish`; name the serving file with --to.",
            )
        is_busy = RollbackError(
            "A publish to this serving file is running.", pair.whole, "wait until it has ended."
        )
        with only_writer(pair.whole, is_busy), staging_folder(pair.whole) as staging:
            folder = _chosen(pair, number)
            verified = verify_folder(pair, folder)
            pair.make_current(folder, staging)
            is_swapped = True
            flush_to_disk(pair.publications)
            return verified
    except OSError as error:
        words = (error.strerror or error, error.filename or pair.whole)
        if is_swapped:
            raise RollbackDoubtError(
                f"Rolled back, but what follows the rename fails: {words[0]}",
                words[1],
                "check the disk and roll back again; until then a power cut may undo it.",
            ) from error
        raise RollbackError(
            f"A file could not be read or written: {words[0]}",
            words[1],
            "check the folder and its permissions, then roll back again.",
        ) from error


def _chosen(pair: ServingPair, number: int | None) -> Path:
    kept = pair.kept()
    current = number_of(Path(os.path.realpath(pair.current)))
    if number is None:
        number = max((other for other in kept if other < current), default=None)
    if number is None or number not in kept:
        raise RollbackError(
            f"Publication {number} is not kept." if number else "No earlier publication is kept.",
            f"{pair.publications}: {', '.join(map(str, kept))} (read now: {current})",
            "name one of these; `also-bought publish --keep N` keeps more of them.",
        )
    return kept[number]
