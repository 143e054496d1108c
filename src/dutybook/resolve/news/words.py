"""The words of a news item that tell it from others."""

from __future__ import annotations

import re

from dutybook.languages.folding import WRITTEN, fold
from dutybook.languages.wordforms import stem

#: Words of fewer letters tell nothing.
SHORTEST = 4
# Where a sentence begins, a capital letter says nothing.
_BEGINS = re.compile(r"(?:^|[.!?:…\n][\s»”“\"'’)]*)[^\w§]*$")


def telling_words(text: str, language: str) -> dict[str, int]:
    """Stems of the words of four letters and more (weight 1; 2 for numbers, and for names: words with a capital inside a sentence),
    and the folded words themselves where they differ (0).

    >>> sorted(telling_words("Ports report. The Crane Act binds 250 ports.", "en").items())
    [('250', 2), ('bind', 1), ('binds', 0), ('crane', 2), ('port', 1), ('ports', 0), ('report', 1)]
    """
    weights: dict[str, int] = {}
    folded: set[str] = set()
    for match in WRITTEN.finditer(text):
        word = match.group()
        plain = fold(word)
        number = plain.isdigit()
        # Abbreviations of acts may have three letters: GwG.
        short = number or any(letter.isupper() for letter in word[1:])
        if len(plain) < (SHORTEST if not short else 2 if number else 3):
            continue
        key = plain if number else stem(word.lower(), language)
        name = number or (word[0].isupper() and not _BEGINS.search(text, max(0, match.start() - 12), match.start()))
        weights[key] = max(weights.get(key, 0), 2 if name else 1)
        folded.add(plain)
    return dict.fromkeys(folded, 0) | weights
