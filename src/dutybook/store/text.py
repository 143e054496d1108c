"""Words as the index knows them: folded the same way when stored and when asked for."""

from __future__ import annotations

import re
import unicodedata

#: Apostrophes that part an elided word from the next one (``l'autorité``, ``dell’ente``).
APOSTROPHES = "'\u2019\u02bc\u2018"

_SOFT_HYPHEN = "\u00ad"
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
