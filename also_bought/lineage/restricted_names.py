"""Which names of columns stand for an attribute of people that must not count."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

ATTRIBUTES_FILE = Path(__file__).with_name("restricted_attributes.yml")
WORD_OF_CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Letters that Unicode does not take apart into a letter and an accent.
PLAIN_LETTERS = str.maketrans(
    {"\N{LATIN SMALL LETTER DOTLESS I}": "i", "ß": "ss", "ø": "o", "ł": "l", "æ": "ae"}
)


def restricted_attribute(column: str, table: str = "") -> str | None:
    """Return the attribute that the name of a column stands for, or None.

    Parameters
    ----------
    column : str
        The name, in any case and of several words: `CustomerAge`, `date_de_naissance`.
    table : str
        The name of its table, which may say that its rows are people.
    """
    known = _known_names()
    parts = known.pattern.fullmatch("".join(_words(column)))
    if parts is None:
        return None
    person, name = parts["person"], parts["name"]
    if name in known.attributes:
        return known.attributes[name]
    is_of_people = person or any(word in known.people for word in _words(table))
    return known.of_people_only[name] if is_of_people else None


class _KnownNames(NamedTuple):
    attributes: dict[str, str]
    of_people_only: dict[str, str]
    people: frozenset[str]
    pattern: re.Pattern[str]


@cache
def _known_names() -> _KnownNames:
    known = yaml.safe_load(ATTRIBUTES_FILE.read_text(encoding="utf-8"))
    attributes, of_people_only = (
        {
            name.replace(" ", ""): attribute
            for attribute, names in known[part].items()
            for name in names
        }
        for part in ("attributes", "of_people_only")
    )
    people = frozenset(form for word in known["people"] for form in (word, f"{word}s"))
    names = "|".join((*attributes, *of_people_only))
    pattern = f"(?P<person>{'|'.join(people)})?(?P<name>{names})(?:{'|'.join(known['endings'])})*"
    return _KnownNames(attributes, of_people_only, people, re.compile(pattern))


def _words(name: str) -> list[str]:
    spaced = WORD_OF_CAMEL_CASE.sub(" ", name)
    letters = unicodedata.normalize("NFKD", spaced.lower().translate(PLAIN_LETTERS))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.findall(r"[a-z]+", plain)
