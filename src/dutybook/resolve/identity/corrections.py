"""What a corrigendum puts right: "Page 12, Article 5(2): for: ‘…’, read: ‘…’"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dutybook.resolve.identity.wording import letters_and_digits

_QUOTED = re.compile("[‘“„«\"'»”‚](?P<words>.+)[’”“»\"'«‘]", re.DOTALL)
#: A number at the beginning of a correction ("2. Page 66, …") counts corrections, it cites nothing.
_COUNTED = re.compile(r"^\s*(?:\(?\d{1,3}[.)]\s+|[–—-]\s*)")
# What was quoted begins with the number of its own paragraph, which is no part of a norm's words.
_NUMBER = re.compile(r"^\s*\(?(?:\d{1,3}[a-z]?|[a-z]{1,3})[.)]\s+")


@dataclass(frozen=True, slots=True)
class Correction:
    """Where (as written), the wrong words and the right ones; ``start`` and ``end`` where it stands in the corrigendum."""

    where: str
    wrong: str
    right: str
    start: int
    end: int


def corrections_in(text: str, language: str) -> list[Correction]:
    """The corrections of a corrigendum in reading order; empty where its language's formula is not known or not met.

    >>> found = corrections_in("Page 3, Article 9(1): for: ‘within 5 days’, read: ‘within 15 days’.", "en")
    >>> [(c.where, c.wrong, c.right) for c in found]
    [('Page 3, Article 9(1)', 'within 5 days', 'within 15 days')]
    """
    # Here and below, as in all that opening a register imports: who only reads needs none of the data.
    from dutybook.languages.relations import corrigenda

    return list(_each(text, language)) if language in corrigenda() else []


def _each(text: str, language: str) -> Iterator[Correction]:
    instead, read = _patterns(language)
    starts = list(instead.finditer(text))
    # What stands before the first one is the title; between two, the last correction ends where its quotation does.
    ended = 0
    for number, match in enumerate(starts):
        until = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        turn = read.search(text, match.end(), until)
        if turn is None:
            continue
        wrong = _quoted(text[match.end() : turn.start()])
        rest = text[turn.end() : until]
        right, length = _first_quotation(rest)
        if not wrong or not right or letters_and_digits(wrong) == letters_and_digits(right):
            continue
        where = _COUNTED.sub("", text[ended : match.start()].rstrip(" \n:,").rpartition("\n")[2]).strip()
        ended = turn.end() + length
        yield Correction(where, wrong, right, match.start(), ended)


def _quoted(words: str) -> str:
    match = _QUOTED.search(words)
    return match["words"].strip() if match else words.strip(" \n,.;:")


def _first_quotation(words: str) -> tuple[str, int]:
    """The quotation that a text begins with, and where it ends: at the last closing mark before a line that cites a place."""
    match = re.match(r"\s*[‘“„«\"'»”‚](?P<words>.+?)[’”“»\"'«‘](?=\s*[.,;]?\s*(?:\n|$))", words, re.DOTALL)
    if match:
        return match["words"].strip(), match.end()
    line = words.strip().partition("\n")[0]
    match = _QUOTED.search(line)
    return (match["words"].strip() if match else line.strip(" .,;")), len(words) - len(words.lstrip()) + len(line)


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    from dutybook.languages.relations import corrigenda

    formula = corrigenda()[language]
    instead, read = (
        re.compile(rf"(?<!\w)(?:{'|'.join(map(_spaced, forms))})", re.IGNORECASE)
        for forms in (formula.instead, formula.read)
    )
    return instead, read


def _spaced(form: str) -> str:
    return re.escape(form.rstrip(":")).replace(r"\ ", r"\s+") + r"\s*:"


def unnumbered(words: str) -> str:
    """Quoted words without the number of the paragraph that they begin with.

    >>> unnumbered("3. Providers shall wait.")
    'Providers shall wait.'
    """
    return _NUMBER.sub("", words)
