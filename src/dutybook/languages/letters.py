"""Letters as list numbers in three alphabets: ``c``, ``γ`` and ``в`` are all the third."""

from __future__ import annotations

import re

_GREEK = {
    "α": 1, "β": 2, "γ": 3, "δ": 4, "ε": 5, "στ": 6, "ϛ": 6, "ς": 6, "ζ": 7, "η": 8, "θ": 9,
    "ι": 10, "κ": 20, "λ": 30, "μ": 40, "ν": 50, "ξ": 60, "ο": 70, "π": 80,
}  # fmt: skip
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъюя"
_GREEK_NUMERAL = re.compile(r"(?P<tens>[ικλμνξοπ]?)(?P<units>στ|[αβγδεϛςζηθ]?)$")
_FOREIGN = re.compile(r"[α-ωϛ]+|[а-я]+", re.IGNORECASE)
_ALPHABET = 26


def value(letters: str) -> int | None:
    """The position of one or more small letters in a list; None if they are no list number.

    Greek letters are numerals (``ια`` is 11), others count through the alphabet; a doubled letter counts like a
    single one.
    """
    first = letters[:1]
    if first.isascii():
        same = len(set(letters)) == 1
        return ord(first) - ord("a") + 1 if same and "a" <= first <= "z" else None
    if first in _CYRILLIC:
        return _CYRILLIC.index(first) + 1 if len(set(letters)) == 1 else None
    match = _GREEK_NUMERAL.match(letters)
    if not match or not letters:
        return None
    return _GREEK.get(match["tens"], 0) + _GREEK.get(match["units"], 0) or None


def latin(number: str) -> str:
    """A number with its Greek or Cyrillic letters written in Latin ones: ``γ`` → ``c``, ``10α`` → ``10a``."""
    return number if number.isascii() else _FOREIGN.sub(lambda found: _in_latin(found.group()), number)


def _in_latin(letters: str) -> str:
    position = value(letters.lower())
    if position is None:
        return letters
    letter = chr(ord("a") + (position - 1) % _ALPHABET)
    doubled = position > _ALPHABET or (len(letters) > 1 and letters[0].lower() in _CYRILLIC)
    text = letter * 2 if doubled else letter
    return text.upper() if letters.isupper() else text
