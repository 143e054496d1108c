"""Finds the exception to a norm by the words that open or close one ("unless", "mit Ausnahme von", "kivételével").

Annotated exceptions are too few for the network to learn from, and nearly all of them begin, or in Hungarian end, with one of a few
phrases of their language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.languages.patterns import anywhere
from dutybook.languages.sections import Exceptions
from dutybook.records import Span

#: An exception with so many characters before it stands at the beginning of its sentence, and ends with a comma.
_LEADS = 25
_STOP = re.compile(r"[;:–—]")
_TRIMMED = " \t\n,;.–—"
_BEFORE = re.compile(r"[,;(]\s*$")
_CLAUSE = re.compile(r"[,;:–—]")


def find_exception(text: str, span: Span, words: Exceptions, others: Sequence[int] = ()) -> Span | None:
    """The first exception within a sentence, an item or a part of one; None if no words open or close one.

    It begins with the words that open it. It ends with the bracket that it stands in, with a comma or with the next part if it
    stands at the beginning, and else with the sentence, or a colon, semicolon or dash before that.

    Args:
        text: the text of the document.
        span: the sentence.
        words: the phrases of its language.
        others: where other parts of the norm and its verb begin, as offsets into the text.
    """
    sentence = span.of(text)
    found = _find_opened(sentence, words, [at - span.start for at in others]) or _find_closed(sentence, words)
    if found is None:
        return None
    start, end = found
    excepted = sentence[start:end].rstrip(_TRIMMED)
    # A phrase alone excepts nothing: "the following are exempt, except".
    return Span(span.start + start, span.start + start + len(excepted)) if len(excepted.split()) > 1 else None


def _find_opened(sentence: str, words: Exceptions, others: Sequence[int]) -> tuple[int, int] | None:
    opened = anywhere(words.opens).search(sentence)
    late = next(
        (m for m in anywhere(words.opens_late).finditer(sentence) if _BEFORE.search(sentence[: m.start()])), None
    )
    first = min((m for m in (opened, late) if m), key=lambda m: m.start(), default=None)
    if first is None:
        return None
    start, end = first.span()
    before = sentence[:start].rstrip()
    if before.endswith("("):
        closing = sentence.find(")", end)
        return start, closing if closing > 0 else len(sentence)
    comma = sentence.find(",", end)
    if len(before) < _LEADS and comma > 0:
        return start, comma
    if not before:
        # A whole sentence excepts nothing from itself.
        behind = min((at for at in others if at > end), default=0)
        return (start, behind) if behind else None
    stop = _STOP.search(sentence, end)
    return start, stop.start() if stop else len(sentence)


def _find_closed(sentence: str, words: Exceptions) -> tuple[int, int] | None:
    closed = anywhere(words.closes).search(sentence)
    if closed is None:
        return None
    start = max((m.end() for m in _CLAUSE.finditer(sentence, 0, closed.start())), default=0)
    while sentence[start : start + 1].isspace():
        start += 1
    return start, closed.end()
