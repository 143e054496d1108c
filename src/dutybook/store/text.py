"""Words as the index knows them: folded the same way when stored and when asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

#: Apostrophes that part an elided word from the next one (``l'autorité``, ``dell’ente``).
APOSTROPHES = "'\u2019\u02bc\u2018"

_SOFT_HYPHEN = "\u00ad"
# A word as written: accents may be characters of their own, soft hyphens may stand inside.
_WRITTEN = re.compile(r"§+|[^\W_](?:[^\W_]|[\u00ad\u0300-\u036f])*")
_WORD = re.compile(r"§+|[^\W_]+")


def fold(text: str) -> str:
    """Lower case without accents, ``ß`` as ``ss``, ligatures apart; punctuation stays.

    >>> fold("Maßgebliche Stellen, l’Autorité")
    'massgebliche stellen, l’autorite'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != _SOFT_HYPHEN)


def words_of(text: str) -> list[str]:
    """The folded words of a text in order; a section sign is a word of its own.

    >>> words_of("§30 Abs. 2: l'autorité")
    ['§', '30', 'abs', '2', 'l', 'autorite']
    """
    return _WORD.findall(fold(text))


def word_places(text: str) -> Iterator[tuple[str, int, int]]:
    """The folded words of a text with where they stand in it, as it is written (half-open).

    >>> list(word_places("§30: Größe"))
    [('§', 0, 1), ('30', 1, 3), ('grosse', 5, 10)]
    """
    for match in _WRITTEN.finditer(text):
        yield fold(match.group()), match.start(), match.end()


def terms_of(quote: str, stem: str | None, *others: str | None) -> str:
    """What the ``terms`` column holds: the folded words of quote and stem, then words of the other
    columns that folding changes (the index folds case and accents there itself, but not ``ß``).

    >>> terms_of("Die Maßnahme gilt.", None, "Großhändler")
    'die massnahme gilt grosshandler'
    """
    words = words_of(quote)
    if stem:
        words += words_of(stem)
    known = set(words)
    for other in others:
        if other and any(c in other for c in "ßẞ§"):
            words += [word for word in dict.fromkeys(words_of(other)) if word not in known]
    return " ".join(words)
