"""One file of JSON, record by record: a document with an array of them, or one in each line."""

import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from also_bought.order_files.declaration import (
    Declaration,
    OrderFileError,
    Tally,
    is_undecodable,
    nearest,
    other_encoding,
    shortened,
)

LINES_AT_A_TIME = 20_000
CHARACTERS_AT_A_TIME = 1 << 20
SURROGATE = re.compile("[\ud800-\udfff]")
MISSING = object()


class Flaw(Exception):  # noqa: N818
    """Why a record, or one of its items, cannot be read."""


class RepeatedKeys(dict[str, Any]):
    """An object that has a key twice."""

    repeated: frozenset[str]


def json_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, and remember which of its keys it has twice."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    ambiguous = RepeatedKeys(found)
    ambiguous.repeated = frozenset(key for key in found if keys.count(key) > 1)
    return ambiguous


# Numbers stay the text that they are: a float has no 19.90, and no id beyond 2^53.
DECODER = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=json_object
)


class Record(NamedTuple):
    """What was received as one record: its number, its text, and its value or the flaw in it."""

    number: int
    text: str
    value: Any
    flaw: str = ""


def json_batches(
    declared: Declaration, file: Path, name: str, tally: Tally
) -> Iterator[pa.RecordBatch]:
    """Yield the lines of a file: one for each item of each record."""
    reader = JsonLines(declared, name, tally)
    try:
        with file.open(encoding=declared.encoding, errors="surrogateescape") as text:
            is_document = declared.format == "json"
            records = (
                Document(text, file).records(declared) if is_document else line_records(text, file)
            )
            lines = (line for record in records for line in reader.lines(record))
            while block := list(islice(lines, LINES_AT_A_TIME)):
                tally.lines += len(block)
                columns = [pa.array(values, pa.string()) for values in zip(*block, strict=True)]
                yield pa.record_batch(columns, schema=declared.schema)
    except UnicodeError as error:
        raise OrderFileError(
            f"The file cannot be read in {declared.encoding}: {error}.",
            file,
            other_encoding(declared.encoding),
        ) from error
    for heading in declared.headings:
        if heading not in reader.seen:
            tally.count(f"files have no {heading} in any record", name)


def line_records(text: io.TextIOWrapper, file: Path) -> Iterator[Record]:
    """Yield the records of a file that has one in each line."""
    start = text.read(1_000).removeprefix("\ufeff").lstrip()
    if start.startswith("[") or re.match(r"\{\s*\n", start):
        raise OrderFileError(
            f"The file is one document; it begins with {start[:20]!r}.",
            f"{file}, line 1",
            "Declare format: 'json'.",
        )
    text.seek(0)
    for number, line in enumerate(text, 1):
        content = line.removeprefix("\ufeff") if number == 1 else line
        if content.strip():
            try:
                yield Record(number, line, DECODER.decode(content))
            except (json.JSONDecodeError, RecursionError) as error:
                yield Record(number, line, None, f"it is no JSON ({error})")


class Document:
    """A document, of which no more than one record is in memory.

    Parameters
    ----------
    text : io.TextIOWrapper
        Its text.
    file : pathlib.Path
        The file, for errors.
    """

    def __init__(self, text: io.TextIOWrapper, file: Path) -> None:
        self.text, self.file = text, file
        self.window, self.at = text.read(CHARACTERS_AT_A_TIME).removeprefix("\ufeff"), 0
        self.number = 0

    def records(self, declared: Declaration) -> Iterator[Record]:
        """Yield the records: the elements of an array, or the one object that the document is."""
        try:
            for key in filter(None, declared.records.split(".")):
                self.enter(key)
            if self.next_character() == "[":
                yield from self.elements()
            else:
                self.number = 1
                record = self.value()
                if isinstance(record.value, dict):
                    self.refuse_envelope(record.value, declared)
                    yield record
                elif record.value is not None:
                    raise self.error(f"there are no records: {shortened(record.text)}")
        except (json.JSONDecodeError, RecursionError) as error:
            raise self.error(str(error)) from error
        if not declared.records and self.next_character():
            raise OrderFileError(
                f"The document ends, and more follows: {self.window[self.at :][:20]!r}.",
                self.file,
                "Declare format: 'json_lines', or ask for one document.",
            )

    def error(self, what: str) -> OrderFileError:
        """Return the error for a document that is no JSON, or other JSON than declared."""
        return OrderFileError(
            f"The document cannot be read: {what}.",
            f"{self.file}, record {max(self.number, 1)}",
            "Ask for it again; or declare records, the path of its array of records.",
        )

    def refuse_envelope(self, value: dict[str, Any], declared: Declaration) -> None:
        """Refuse an object that wraps the records where the declaration does not say so."""
        first_keys = {heading.partition(".")[0] for heading in declared.headings}
        arrays = [key for key, inner in value.items() if isinstance(inner, list)]
        if not first_keys & set(value):
            remedy = f"Declare records: {arrays[0]!r}." if arrays else "Correct the columns."
            raise OrderFileError(
                f"The document is an object without the declared columns; it has "
                f"{shortened(', '.join(value))}.",
                self.file,
                remedy,
            )

    def enter(self, key: str) -> None:
        """Go to the value of a key of the object that comes next."""
        self.expect("{")
        keys = []
        while self.next_character() == '"':
            keys.append(self.value().value)
            self.expect(":")
            if keys[-1] == key:
                return
            self.value()
            if self.next_character() == ",":
                self.at += 1
        raise self.error(f"there is no {key}{nearest(key, keys)}")

    def elements(self) -> Iterator[Record]:
        """Yield the elements of the array that comes next."""
        self.expect("[")
        if self.next_character() == "]":
            self.at += 1
            return
        while True:
            self.number += 1
            yield self.value()
            if self.next_character() == "]":
                self.at += 1
                return
            self.expect(",")

    def expect(self, character: str) -> None:
        """Go past a character."""
        found = self.next_character()
        if found != character:
            raise self.error(f"{found or 'its end'!r} is where {character!r} should be")
        self.at += 1

    def next_character(self) -> str:
        """Return the next character that is no blank; none at the end."""
        while True:
            while self.at < len(self.window):
                if not self.window[self.at].isspace():
                    return self.window[self.at]
                self.at += 1
            if not self.read_on():
                return ""

    def read_on(self) -> bool:
        """Read more of the document, and tell whether there was more."""
        # As much again, or a long record would be begun too often.
        more = self.text.read(max(CHARACTERS_AT_A_TIME, len(self.window) - self.at))
        self.window, self.at = self.window[self.at :] + more, 0
        return bool(more)

    def value(self) -> Record:
        """Return the value that comes next."""
        self.next_character()
        while True:
            try:
                value, end = DECODER.raw_decode(self.window, self.at)
            except json.JSONDecodeError as error:
                # What is only cut off is wrong at its end, or from where a text begins.
                is_cut = error.pos > len(self.window) - 20 or error.msg.startswith("Unterminated")
                if not (is_cut and self.read_on()):
                    raise
                continue
            # A number may go on.
            if end == len(self.window) and self.read_on():
                continue
            text, self.at = self.window[self.at : end], end
            return Record(self.number, text, value)


class JsonLines:
    """Makes lines of records.

    Parameters
    ----------
    declared : Declaration
        What is said about the file.
    name : str
        What its lines call it.
    tally : Tally
        Where the lines are counted.
    """

    def __init__(self, declared: Declaration, name: str, tally: Tally) -> None:
        self.declared, self.name, self.tally = declared, name, tally
        self.seen: set[str] = set()
        prefix = f"{declared.items}." if declared.items else None
        self.items = declared.items.split(".")
        # Of each column: its name, its path, and whether that begins at an item.
        self.paths = [
            (heading, heading.removeprefix(prefix).split("."), True)
            if prefix and heading.startswith(prefix)
            else (heading, heading.split("."), False)
            for heading in declared.headings
        ]

    def lines(self, record: Record) -> Iterator[list[str | None]]:
        """Yield the lines of a record: one for each item, and one where there is none."""
        place = f"{self.name}:{record.number}"
        try:
            self.check(record)
            items = self.items_of(record, place)
            of_record = [
                None if is_of_item else self.find(record.value, heading, path)
                for heading, path, is_of_item in self.paths
            ]
        except Flaw as flaw:
            yield self.unreadable(record, place, str(flaw))
            return
        if items is None:
            yield [*of_record, place, None, None]
            return
        for number, item in enumerate(items, 1):
            item_place = f"{place}:{number}"
            try:
                values = [
                    self.find(item, heading, path) if is_of_item else value
                    for (heading, path, is_of_item), value in zip(
                        self.paths, of_record, strict=True
                    )
                ]
            except Flaw as flaw:
                yield self.unreadable(record, item_place, str(flaw))
            else:
                yield [*values, item_place, None, None]

    def check(self, record: Record) -> None:
        """Refuse a record that is none."""
        if record.flaw:
            raise Flaw(record.flaw)
        if not isinstance(record.value, dict):
            raise Flaw("it is no object")
        if not record.text.isascii() and SURROGATE.search(record.text):
            raise Flaw(f"it has bytes that are no {self.declared.encoding}")

    def items_of(self, record: Record, place: str) -> list[Any] | None:
        """Return the items of a record; None where it has none, or none are declared."""
        if not self.declared.items:
            return None
        items = at_path(record.value, self.items)
        if items is MISSING or items is None or items == []:
            self.tally.count(f"records have no {self.declared.items}", place)
            return None
        if not isinstance(items, list):
            raise Flaw(f"{self.declared.items} is no array")
        return items

    def find(self, value: Any, heading: str, path: list[str]) -> str | None:
        """Return the value of a column as text."""
        found = at_path(value, path)
        if found is MISSING:
            return None
        self.seen.add(heading)
        if found is None or isinstance(found, str):
            if found and not found.isascii() and SURROGATE.search(found):
                raise Flaw(f"{heading} holds half a character")
            return found
        if isinstance(found, bool):
            return "true" if found else "false"
        raise Flaw(f"{heading} holds {'an array' if isinstance(found, list) else 'an object'}")

    def unreadable(self, record: Record, place: str, flaw: str) -> list[str | None]:
        """Return the line for a record, or an item, that cannot be read."""
        is_undecoded = any(map(is_undecodable, record.text))
        encoding = self.declared.encoding
        remedy = other_encoding(encoding) if is_undecoded else "Mend the file at its source."
        self.tally.count_unreadable(f"record {place}", flaw, remedy)
        problem = "line_encoding_invalid" if is_undecoded else "line_unreadable"
        return [*[None] * len(self.paths), place, problem, self.declared.shown(record.text)]


def at_path(value: Any, path: list[str]) -> Any:
    """Return what is at a path of keys; null where an object on the way is null."""
    for key in path:
        if value is None or value is MISSING:
            return value
        if not isinstance(value, dict):
            raise Flaw(f"{key} is looked for in what is no object")
        if isinstance(value, RepeatedKeys) and key in value.repeated:
            raise Flaw(f"it has {key} twice")
        value = value.get(key, MISSING)
    return value
