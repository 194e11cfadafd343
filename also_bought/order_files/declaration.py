"""What the owner of an order source says about its files, and what was found in them."""

import codecs
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import pyarrow as pa

from also_bought.errors import ExplainedError

# Of a line that cannot be read, this much is kept to show.
SHOWN_CHARACTERS = 1_000

OWN_COLUMNS = ("source_row", "read_problem", "unreadable_text")
# The options that say something about files of some formats only.
FORMATS_OF_OPTIONS = {
    "delimiter": ("csv",),
    "quote": ("csv",),
    "encoding": ("csv", "json", "json_lines"),
    "skip_lines": ("csv", "workbook"),
    "sheets": ("workbook",),
    "date_columns": ("workbook",),
    "total_words": ("workbook",),
    "records": ("json",),
    "items": ("json", "json_lines"),
}
FORMATS = {
    "csv": "CSV",
    "parquet": "Parquet",
    "workbook": "a workbook",
    "json": "JSON",
    "json_lines": "JSON lines",
}
# What a row of totals begins with; each is a whole cell, in any case, with or without a colon.
TOTAL_WORDS = (
    *("total", "totals", "grand total", "subtotal", "sub-total", "sum"),
    *("summe", "gesamt", "gesamtsumme", "zwischensumme", "insgesamt"),
    *(
        "total g\u00e9n\u00e9ral",
        "sous-total",
        "somme",
        "totale",
        "subtotale",
        "totaal",
        "subtotaal",
    ),
    *("suma", "suma total", "razem", "celkem", "summa", "toplam", "total geral"),
    *(
        "\u0438\u0442\u043e\u0433\u043e",
        "\u0432\u0441\u0435\u0433\u043e",
        "\u5408\u8a08",
        "\u5c0f\u8a08",
        "\u603b\u8ba1",
        "\u5408\u8ba1",
    ),
)


class OrderFileError(ExplainedError):
    """The files of a source cannot be read as declared."""


@dataclass(frozen=True)
class Declaration:
    """What the owner of an order source says about its files.

    Parameters
    ----------
    path : str
        The file, or a pattern with `*`, relative to the input folder.
    columns : sequence of str, or dict of str to str
        The columns to read, by the names in the header, in any order. A dict gives them names of
        our own: `{"sku": "Artikel-Nr."}`. In JSON, a name is a path: `customer.id`.
    format : {"csv", "parquet", "workbook", "json", "json_lines"}
        What the files are. A workbook is an .xlsx, .xls or .ods file.
    delimiter, quote, encoding : str
        How a text file is written; `quote` may be empty where nothing is ever quoted.
    skip_lines : int
        Lines above the header. In a sheet the header is looked for below them.
    sheets : tuple of str
        The sheets to read, by name or pattern with `*`. Without any, the workbook has one.
    date_columns : tuple of str
        The columns in which a bare number is a date as a spreadsheet counts its days.
    total_words : tuple of str
        What the first cell of a row of totals says.
    records, items : str
        Where a JSON document has its array of records, and each record its array of items. Each
        item is a line; a record that has none is one, too.
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
    columns: Sequence[str] | Mapping[str, str]
    format: str = "csv"
    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    skip_lines: int = 0
    sheets: tuple[str, ...] = ()
    date_columns: tuple[str, ...] = ()
    total_words: tuple[str, ...] = TOTAL_WORDS
    records: str = ""
    items: str = ""
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
        if (
            isinstance(self.columns, str)
            or not self.columns
            or not are_different_names(self.names)
            or not are_different_names(self.headings)
        ):
            raise OrderFileError(
                "The columns are not a list of different names.", where, "List each column once."
            )
        names = set(self.names)
        for option, allowed, is_allowed in (
            ("path", "a file or a pattern", isinstance(self.path, str) and self.path),
            ("columns", f"without {', '.join(OWN_COLUMNS)}", not names & set(OWN_COLUMNS)),
            ("format", f"one of {', '.join(FORMATS)}", self.format in FORMATS),
            ("delimiter", "one character", len(self.delimiter) == 1),
            ("quote", "one character or none", len(self.quote) <= 1),
            ("encoding", "one that Python knows", is_encoding(self.encoding)),
            ("skip_lines", "0 or more", self.skip_lines in range(1_000_000)),
            ("sheets", "a list of names or patterns", are_texts(self.sheets)),
            ("date_columns", "among the columns", set(self.date_columns) <= names),
            ("total_words", "a list of words", are_texts(self.total_words)),
            ("records", "a path such as data.orders", isinstance(self.records, str)),
            (
                "items",
                "a path such as line_items, with which columns begin",
                not self.items or any(name.startswith(f"{self.items}.") for name in self.headings),
            ),
            ("personal_columns", "among the columns", set(self.personal_columns) <= names),
            ("max_unreadable_share", "from 0 to 1", 0 <= self.max_unreadable_share <= 1),
            ("skip_files", "a reason for each file", all(self.skip_files.values())),
        ):
            if not is_allowed:
                value = getattr(self, option)
                raise OrderFileError(
                    f"The option {option} is {value!r}.", where, f"It must be {allowed}."
                )
        defaults = {option.name: option.default for option in fields(self)}
        for option, formats in FORMATS_OF_OPTIONS.items():
            if self.format not in formats and getattr(self, option) != defaults[option]:
                raise OrderFileError(
                    f"The option {option} says nothing about format: {self.format!r}.",
                    where,
                    f"Leave it out, or declare the format ({' or '.join(formats)}).",
                )

    @property
    def names(self) -> list[str]:
        """The columns as we call them."""
        return list(self.columns)

    @property
    def headings(self) -> list[str]:
        """The columns as the files call them, in the same order."""
        return list(self.columns.values() if isinstance(self.columns, Mapping) else self.columns)

    @property
    def schema(self) -> pa.Schema:
        """The columns of what is read: the declared ones, then our own; all are text."""
        return pa.schema([(name, pa.string()) for name in (*self.names, *OWN_COLUMNS)])

    def shown(self, text: str) -> str:
        """Return what may be shown of a line that could not be read."""
        if self.personal_columns:
            return "(left out)"
        # Bytes that are no characters become readable: \xe9.
        clear = "".join(
            f"\\x{ord(c) - 0xDC00:02x}" if is_undecodable(c) else c for c in text.rstrip("\n")
        )
        return clear[:SHOWN_CHARACTERS]


@dataclass
class Tally:
    """What was found in the files of a source so far."""

    lines: int = 0
    unreadable_lines: int = 0
    first_problem: str = ""
    remedy: str = ""
    warnings: list[str] = field(default_factory=list)
    # What is odd, in words: how often it was seen, and where first.
    oddities: dict[str, tuple[int, str]] = field(default_factory=dict)

    def count(self, oddity: str, place: str, times: int = 1) -> None:
        """Count what is odd, in words that follow its number, and remember where it was first."""
        before, first_place = self.oddities.get(oddity, (0, place))
        self.oddities[oddity] = (before + times, first_place)

    def count_unreadable(self, place: str, flaw: str, remedy: str, lines: int = 1) -> None:
        """Count lines that cannot be read, and remember the first."""
        self.unreadable_lines += lines
        if not self.first_problem:
            self.first_problem, self.remedy = f"{place}: {flaw}", remedy

    def warn(self, warning: str) -> None:
        """Keep a warning, once."""
        if warning not in self.warnings:
            self.warnings.append(warning)


def check_names(declared: Declaration, found: list[str], where: object, tally: Tally) -> None:
    """Compare the names of the columns found with those declared."""
    headings = declared.headings
    folded = [name.casefold() for name in found]
    read = {name.casefold() for name in headings}
    repeated = sorted({n for n in found if n.casefold() in read and folded.count(n.casefold()) > 1})
    if repeated:
        raise OrderFileError(
            f"Column names that are the same, or differ only in case: {', '.join(repeated)}.",
            where,
            "Rename them at the source; which one is meant cannot be known.",
        )
    missing = [name for name in headings if name not in found]
    if missing:
        hints = "".join(nearest(name, found) for name in missing[:1])
        raise OrderFileError(
            f"The file lacks the column {', '.join(missing)}{hints}.",
            where,
            f"It has {shortened(', '.join(found))}; correct the file or the declared columns.",
        )
    # Who exports empty columns behind the last one gives them no name.
    others = [name for name in dict.fromkeys(found) if name and name not in headings]
    if others:
        tally.warn(f"Not declared for {declared.path}, and not read: {', '.join(others)}")


def are_texts(values: object) -> bool:
    """Tell whether this is a list of texts."""
    return isinstance(values, list | tuple) and all(isinstance(value, str) for value in values)


def are_different_names(names: list[str]) -> bool:
    """Tell whether these are names that no warehouse takes for each other."""
    return are_texts(names) and all(names) and len({n.casefold() for n in names}) == len(names)


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


def other_encoding(declared: str) -> str:
    """Return what to try where the declared encoding is wrong."""
    other = "latin-1" if codecs.lookup(declared).name == "utf-8" else "utf-8"
    return f"Declare encoding: '{other}' (or the one that the file has), or export it as UTF-8."


def shortened(text: str) -> str:
    """Return a text that fits on one line."""
    return text if len(text) <= 200 else f"{text[:200]}..."
