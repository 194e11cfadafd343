"""The table of characters that are not what they seem, against Unicode as this Python knows it."""

import sys
import unicodedata

import jinja2
import pytest
from dbt_project import REPOSITORY


class ReturnedError(Exception):
    """Carries what a macro returns, as dbt's `return` does."""


def classes() -> dict[str, set[int]]:
    """Return the code points of each class in the macro."""

    def returned(value):
        raise ReturnedError(value)

    text = (REPOSITORY / "macros" / "text" / "character_classes.sql").read_text()
    head = text[: text.index("{% endmacro %}") + len("{% endmacro %}")]
    macros = jinja2.Environment().from_string(head, {"return": returned}).module
    with pytest.raises(ReturnedError) as found:
        macros.character_classes()
    return {
        name: {code for ends in ranges for code in codes(ends)}
        for name, ranges in found.value.args[0].items()
    }


def codes(ends: str) -> range:
    """Return the code points of FIRST-LAST or of one."""
    first, _, last = ends.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


CLASSES = classes()
NOT_SEEN = CLASSES["invisible"] | CLASSES["variants"] | CLASSES["joiners"] | CLASSES["blanks"]
NAMES = {code: unicodedata.name(chr(code), "") for code in range(sys.maxunicode + 1)}


def test_every_white_space_is_a_blank():
    # Python counts four separators of files among them, which Unicode does not.
    white = {code for code in NAMES if chr(code).isspace()} - set(range(0x1C, 0x20))
    assert white - CLASSES["blanks"] == set()
    # Letters that keep a place free in Korean, and the sign of braille without a dot.
    hangul_fillers = {
        code for code, name in NAMES.items() if "HANGUL" in name and name.endswith("FILLER")
    }
    assert CLASSES["blanks"] - white == hangul_fillers | {0x2800}


def test_what_is_of_the_category_format_is_not_seen_but_for_signs_that_are_drawn():
    drawn = ("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN")
    format_characters = {
        code
        for code, name in NAMES.items()
        if unicodedata.category(chr(code)) == "Cf" and not name.startswith(drawn)
    }
    assert format_characters - NOT_SEEN == set()
    assert 0x061C in CLASSES["invisible"]


def test_variation_selectors_and_tags_are_variants():
    found = {
        code
        for code, name in NAMES.items()
        if "VARIATION SELECTOR" in name or name.startswith("TAG ") or name == "CANCEL TAG"
    }
    assert CLASSES["variants"] == found


def test_letters_and_signs_are_seen():
    seen = {
        code
        for code in NOT_SEEN
        if unicodedata.category(chr(code))[0] in "LNPS" and "FILLER" not in NAMES[code]
    }
    assert seen == {0x2800}


def test_no_character_is_of_two_classes_but_the_ends_of_lines():
    names = ["blanks", "joiners", "variants", "invisible"]
    assert sum(len(CLASSES[name]) for name in names) == len(NOT_SEEN)
    controls = {code for code in NAMES if unicodedata.category(chr(code)) in ("Cc", "Zl", "Zp")}
    assert CLASSES["breaking"] == controls | {0xFFFD}
