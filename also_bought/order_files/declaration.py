"""What the owner of an order source says about its files, and what was found in them."""

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pyarrow as pa

from also_bought.errors import ExplainedError

# Of a line that cannot be read, this much is kept to show.
SHOWN_CHARACTERS = 1_000

OWN_COLUMNS = ("source_row", "read_problem", "unreadable_text")


class OrderFileError(ExplainedError):
    """The files of a source cannot be read as declared."""


@dataclass(frozen=True)
class Declaration:
    """What the owner of an order source says about its files.

    Parameters
    ----------
    path : str
        The file, or a pattern with `*`, relative to the input folder.
    columns : sequence of str
        The columns to read, by the names in the header, in any order.
    format : {"csv", "parquet"}
        What the files are.
    delimiter, quote, encoding : str
        How a CSV file is written; `quote` may be empty where nothing is ever quoted.
    skip_lines : int
        Lines above the header.
    may_be_empty : bool
        Whether a file may hold a header and no lines.
    personal_columns : tuple of str
        The columns that nobody may see in clear. A line that cannot be read cannot be taken apart
        either: where there are any, the whole line is hashed.
    max_unreadable_share : float
        The share of a source's lines that may be unreadable before reading stops.
    skip_files : dict
        Files to leave out, each with the reason.

    Raises
    ------
    OrderFileError
        Where the declaration makes no sense.
    """

    path: str
    columns: Sequence[str]
    format: str = "csv"
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    skip_lines: int = 0
    may_be_empty: bool = False
    personal_columns: tuple[str, ...] = ()
    max_unreadable_share: float = 0.05
    skip_files: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> "Declaration":
        """Return the declaration that `options` spell out."""
        known = [option.name for option in fields(cls)]
        for name in options:
            if name not in known:
                raise OrderFileError(
                    f"There is no option {name}{nearest(name, known)}.",
                    f"read_order_files('{options.get('path')}')",
                    f"The options are {', '.join(known)}.",
                )
        try:
            return cls(**options)
        except (AttributeError, TypeError) as error:
            raise OrderFileError(
                "An option is of the wrong type.",
                f"read_order_files('{options.get('path')}')",
                "docs/file-sources.md lists what each option is.",
            ) from error

    def __post_init__(self) -> None:
        where = f"read_order_files({self.path!r})"
        names = list(self.columns)
        if (
            isinstance(self.columns, str)
            or not names
            or not all(isinstance(name, str) for name in names)
            or len(set(names)) < len(names)
        ):
            raise OrderFileError(
                "The columns are not a list of different names.", where, "List each column once."
            )
        for option, allowed, is_allowed in (
            ("path", "a file or a pattern", isinstance(self.path, str) and self.path),
            ("columns", f"without {', '.join(OWN_COLUMNS)}", not set(names) & set(OWN_COLUMNS)),
            ("format", "csv or parquet", self.format in ("csv", "parquet")),
            ("delimiter", "one character", len(self.delimiter) == 1),
            ("quote", "one character or none", len(self.quote) <= 1),
            ("encoding", "one that Python knows", is_encoding(self.encoding)),
            ("skip_lines", "0 or more", self.skip_lines in range(1_000_000)),
            ("personal_columns", "among the columns", set(self.personal_columns) <= set(names)),
            ("max_unreadable_share", "from 0 to 1", 0 <= self.max_unreadable_share <= 1),
            ("skip_files", "a reason for each file", all(self.skip_files.values())),
        ):
            if not is_allowed:
                value = getattr(self, option)
                raise OrderFileError(
                    f"The option {option} is {value!r}.", where, f"It must be {allowed}."
                )

    @property
    def schema(self) -> pa.Schema:
        """The columns of what is read: the declared ones, then our own; all are text."""
        return pa.schema([(name, pa.string()) for name in (*self.columns, *OWN_COLUMNS)])

    def shown(self, text: str) -> str:
        """Return what may be shown of a line that could not be read."""
        # Bytes that are no characters become readable: \xe9.
        clear = "".join(
            f"\\x{ord(c) - 0xDC00:02x}" if is_undecodable(c) else c for c in text.rstrip("\n")
        )
        if self.personal_columns:
            return hashlib.md5(clear.encode(), usedforsecurity=False).hexdigest()
        return clear[:SHOWN_CHARACTERS]


@dataclass
class Tally:
    """What was found in the files of a source so far."""

    lines: int = 0
    unreadable_lines: int = 0
    lines_decoded_twice: int = 0
    first_problem: str = ""
    remedy: str = ""
    warnings: list[str] = field(default_factory=list)


def check_names(declared: Declaration, found: list[str], where: object, tally: Tally) -> None:
    """Compare the names of the columns found with those declared."""
    folded = [name.casefold() for name in found]
    repeated = sorted({name for name in found if folded.count(name.casefold()) > 1})
    if repeated:
        raise OrderFileError(
            f"Column names that are the same, or differ only in case: {', '.join(repeated)}.",
            where,
            "Rename them at the source; which one is meant cannot be known.",
        )
    missing = [name for name in declared.columns if name not in found]
    if missing:
        hints = "".join(nearest(name, found) for name in missing[:1])
        raise OrderFileError(
            f"The file lacks the column {', '.join(missing)}{hints}.",
            where,
            f"It has {shortened(', '.join(found))}; correct the file or the declared columns.",
        )
    others = [name for name in found if name not in declared.columns]
    if others:
        warning = f"Not declared for {declared.path}, and not read: {', '.join(others)}"
        if warning not in tally.warnings:
            tally.warnings.append(warning)


def is_encoding(name: str) -> bool:
    """Tell whether Python knows a text encoding of this name."""
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def is_undecodable(character: str) -> bool:
    """Tell whether a character stands for a byte that was none in the declared encoding."""
    return "\udc80" <= character <= "\udcff"


def nearest(name: str, names: list[str]) -> str:
    """Return a hint at the most similar of the names."""
    similar = difflib.get_close_matches(name.casefold(), [n.casefold() for n in names], n=1)
    hints = [n for n in names if n.casefold() in similar]
    return f" (did you mean {hints[0]}?)" if hints else ""


def shortened(text: str) -> str:
    """Return a text that fits on one line."""
    return text if len(text) <= 200 else f"{text[:200]}..."
