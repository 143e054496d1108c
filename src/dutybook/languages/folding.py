"""Folds letters for comparison: without case, accents and ligatures."""

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


def small(text: str) -> str:
    """Case-folded text, except that a final sigma stays one.

    >>> small("Großer"), small("ΠΑΡΟΧΟΣ")
    ('grosser', 'παροχος')
    """
    lower = text.lower()
    return lower if "ς" in lower else text.casefold()
