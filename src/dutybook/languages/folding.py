"""Letters as search compares them: without case, accents, ligatures."""

from __future__ import annotations

import unicodedata

_SOFT_HYPHEN = "\u00ad"


def fold(text: str) -> str:
    """Lower case without accents, ``ß`` as ``ss``, ligatures apart, ``ς`` as ``σ``; punctuation stays.

    >>> fold("Maßgebliche Stellen, l’Autorité")
    'massgebliche stellen, l’autorite'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_APART)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != _SOFT_HYPHEN)


#: Letters that Unicode does not take apart: Danish, Polish, Croatian and Maltese ones, ligatures, the dotless i.
_APART = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ı": "i", "ŀ": "l"})
