"""Pseudonyms for the keys of customers and orders: only who has the secret can make them.

The secret comes from the environment and goes nowhere: not into the build, SQL, a log or a file.
"""

import hmac
import os
import re
from dataclasses import dataclass, field

from also_bought.publishing.publication import Column, PublishError, SourceTable

SECRET_VARIABLE = "ALSO_BOUGHT_PSEUDONYM_SECRET"
FEWEST_CHARACTERS = 32
# 128 bits: two keys of a shop never meet, and half of a digest gives nothing of the secret away.
HEXADECIMAL_DIGITS = 32
REMARK = re.compile(r" A pseudonym of key ([0-9a-f]{8})\.$")


@dataclass(frozen=True)
class Pseudonyms:
    """What turns keys into pseudonyms: HMAC-SHA256 (RFC 2104), cut to 128 bits."""

    secret: bytes = field(repr=False)

    @classmethod
    def from_environment(cls) -> "Pseudonyms | None":
        """Return those of the secret in the environment, or None where it has none.

        Raises
        ------
        PublishError
            When the secret is so short that it can be guessed.
        """
        secret = os.environ.get(SECRET_VARIABLE)
        if secret is None:
            return None
        if len(secret) < FEWEST_CHARACTERS:
            raise PublishError(
                f"The secret has fewer than {FEWEST_CHARACTERS} characters.",
                f"the environment variable {SECRET_VARIABLE}",
                "set another one: `openssl rand -hex 32` makes it.",
            )
        return cls(secret.encode())

    @classmethod
    def required(cls) -> "Pseudonyms":
        """Return those of the secret in the environment, or refuse where it has none."""
        if pseudonyms := cls.from_environment():
            return pseudonyms
        raise PublishError(
            "There is no secret to make pseudonyms with.",
            f"the environment variable {SECRET_VARIABLE}",
            "set the one that `also-bought publish` has.",
        )

    def of(self, key: str) -> str:
        """Return the pseudonym of a key."""
        return hmac.digest(self.secret, key.encode(), "sha256").hex()[:HEXADECIMAL_DIGITS]

    @property
    def name(self) -> str:
        """What the secret is known by in public, from which nothing follows."""
        return hmac.digest(self.secret, b"also_bought: name of the key", "sha256").hex()[:8]

    def column(self, column: Column, text_type: str) -> Column:
        """Return a column of keys as it is published: of text, and with a remark."""
        comment = f"{column.comment or 'A key.'} A pseudonym of key {self.name}."
        return Column(column.name, text_type, column.is_nullable, comment)


def name_of_key(table: SourceTable, column_name: str) -> str | None:
    """Return the name of the secret under which a column was published, or None for plain keys."""
    for column in table.columns:
        if column.name == column_name and (remark := REMARK.search(column.comment or "")):
            return remark[1]
    return None


def refuse_undeclared_keys(tables: list[SourceTable], where: str) -> None:
    """Refuse a table about persons of which nobody has said where its keys are."""
    for table in tables:
        if table.person_keys is None:
            raise PublishError(
                f"The table {table.name} does not say which columns hold keys of persons.",
                where,
                "set `meta: {person_keys: [...]}` of its model (an empty list where none does),"
                " then build again.",
            )
