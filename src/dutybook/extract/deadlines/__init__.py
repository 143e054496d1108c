"""Finds deadlines: by when, for how long, or how often a norm has to be fulfilled. The annotation guidelines define
them.
"""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.deadlines.reading import TimeExpression, TimeKind, read_expressions
from dutybook.extract.deadlines.rules import TemporalFinding, rules_of
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import LanguagePack
from dutybook.records import DeadlineKind, Part, Span
from dutybook.records.dates import parse_day

__all__ = ["TemporalFinding", "TimeExpression", "TimeKind", "find_deadlines", "read_expressions"]

LONGEST_SENTENCE = 20_000
LOOK_BACK = 1_500
"""How far before a sentence the period may stand that "within the same period" means, in characters."""


def find_deadlines(
    text: str, span: Span, pack: LanguagePack, relative_to: str | None = None
) -> tuple[TemporalFinding, ...]:
    """The deadlines that the sentence or list item at ``span`` sets, in text order, none overlapping.

    Args:
        text: the document's text; all offsets of the result are into it.
        span: the sentence or item. Only its first 20,000 characters are looked at.
        pack: the language of the sentence.
        relative_to: the publication date (ISO) of a news item, for "by the end of the month" and dates without a
            year; None for acts, where such words are read as written or left alone.

    >>> from dutybook.languages import load
    >>> line = "The operator shall reply within 72 hours after receipt of the request."
    >>> [finding] = find_deadlines(line, Span(0, len(line)), load("en"))
    >>> finding.span.of(line), finding.value, finding.anchor.text
    ('within 72 hours', 'PT72H', 'after receipt of the request')
    """
    sentence = text[span.start : min(span.end, span.start + LONGEST_SENTENCE)]
    scanner = scanner_of(pack.temporal)
    masked = scanner.mask(sentence, parse_day(relative_to))
    rules = rules_of(pack.temporal, scanner)

    def earlier() -> TemporalFinding | None:
        before = text[max(0, span.start - LOOK_BACK) : span.start]
        periods = [f for f in rules.apply(before, scanner.mask(before, None)) if f.kind is DeadlineKind.PERIOD]
        return periods[-1] if periods else None

    found = rules.apply(sentence, masked, earlier)
    return tuple(
        replace(f, span=f.span.shift(span.start), anchor=_shift(f.anchor, span.start) if f.anchor else None)
        for f in found
    )


def _shift(part: Part, by: int) -> Part:
    return Part(part.text, part.span.shift(by))
