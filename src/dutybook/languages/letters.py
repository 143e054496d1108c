"""Letters: folded for comparison (without case, accents and ligatures), and as list numbers: Roman numerals, and three
alphabets, where ``c``, ``γ`` and ``в`` are all the third.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_SOFT_HYPHEN = "\u00ad"
#: A word as written: accents may be characters of their own, soft hyphens may stand inside.
WRITTEN = re.compile(r"§+|[^\W_](?:[^\W_]|[\u00ad\u0300-\u036f])*")


def fold(text: str) -> str:
    """Lower case without accents, ``ß`` as ``ss``, ligatures apart, ``ς`` as ``σ``; punctuation stays.

    >>> fold("Maßgebliche Stellen, l’Autorité")
    'massgebliche stellen, l’autorite'
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)


def word_places(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded words of a text with their positions in it (half-open).

    >>> list(word_places("§30: Größe"))
    [('§', 0, 1), ('30', 1, 3), ('grosse', 5, 10)]
    """
    for match in WRITTEN.finditer(text):
        yield fold(match.group()), match.start(), match.end()


class _Letters(dict[int, "str | int | None"]):
    """The folded form of each character: nothing for marks and soft hyphens, others for letters that Unicode does not
    decompose.
    """

    def __missing__(self, code: int) -> int | None:
        self[code] = made = None if unicodedata.combining(chr(code)) else code
        return made


#: Danish, Polish, Croatian and Maltese letters, ligatures, the dotless i.
_APART = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i", "ŀ": "l", _SOFT_HYPHEN: None}
_LETTERS = _Letters({ord(letter): made for letter, made in _APART.items()})


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


_ROMAN = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def roman_value(numeral: str) -> int | None:
    """The value of a Roman numeral in small letters (1 to 3999); None if it is none.

    >>> roman_value("xiv"), roman_value("civil")
    (14, None)
    """
    if not numeral or not _ROMAN.match(numeral):
        return None
    values = [_ROMAN_VALUES[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


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
