"""Explains why a file was not read, or only in part, in the reader's language, from the code and values of a reason.

A reason whose code has no words (of another version of Dutybook, or from a reader of another package) is returned
as it was stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from babel.numbers import format_decimal

from dutybook.languages.reader import FALLBACK, ReaderWords, reader_words
from dutybook.reasons import Reason, Value

# Left where there is nothing to put in. Blanks that hold numbers together are others.
_BLANKS = re.compile(" {2,}")


@dataclass(frozen=True, slots=True)
class ReasonText:
    """A piece of text and its language. ``heads``: it names the kind of what follows."""

    text: str
    language: str
    heads: bool = False


def describe_reasons(reasons: Iterable[Reason], language: str) -> list[ReasonText]:
    """Reasons in pieces of text, each in ``language`` if there are words for it, else as it is.

    >>> from dutybook.reasons import Why, because
    >>> [piece.text for piece in describe_reasons([because(Why.OVER, "over {limit} MB", limit=1500).of_kind("too large")], "de")]
    ['Die Datei ist zu groß, oder sie ist es entpackt.', 'Sie hat mehr als 1.500 MB: Teilen Sie sie.']
    >>> describe_reasons([Reason("the moon was in the way", "moon")], "de")
    [ReasonText(text='the moon was in the way', language='en', heads=False)]
    """
    words = reader_words("reasons", language)
    made: list[ReasonText] = []
    for reason in reasons:
        head = words.get(f"kind.{reason.kind}", "") if reason.kind else ""
        if head:
            made.append(ReasonText(head, language, heads=True))
        text = _describe_reason(reason, words)
        made.append(ReasonText(text, language) if text else ReasonText(reason if head else reason.whole, FALLBACK))
    return made


def _describe_reason(reason: Reason, words: ReaderWords) -> str:
    number = "one" if reason.values.get("count") == 1 else "many"
    text = words.get(reason.code, "") or words.get(f"{reason.code}.{number}", "")
    if not text:
        return ""
    try:
        values = {name: _value(value, words) for name, value in reason.values.items()}
        return _BLANKS.sub(" ", text.format(**values)).strip()
    except (KeyError, IndexError, ValueError):  # a later Dutybook gives it other values
        return ""


def _value(value: Value, words: ReaderWords) -> str:
    if isinstance(value, Reason):
        return _describe_reason(value, words) or str(value)
    return value if isinstance(value, str) else str(format_decimal(value, locale=words.language))
