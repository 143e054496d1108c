"""All expressions of time in a text, those too weak for a deadline included: what ``recognizers.py`` measures.

The specs of ``tests/specs/*/expressions.txt`` say for each language which words are read, and to which days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dutybook.extract.deadlines import rules_of
from dutybook.extract.deadlines.expressions import Expression
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import LanguagePack
from dutybook.records import DeadlineKind, Span


class TimeKind(StrEnum):
    DATE = "date"
    RANGE = "range"
    DURATION = "duration"
    RECURRENCE = "recurrence"


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Words that name a time.

    ``value`` is ``2027-04-30`` (``--04-30`` where the year is not known) for a date, ``2027-04-01/2027-04-30`` for a range,
    both days included, an ISO 8601 duration (``P5BD`` for working days), and for what returns ``R/P2W``, ``--03-31``
    every year or ``-W-1`` every Monday. ``first`` and ``last`` are the days of a date or range; ``last_from`` is the first
    day of its named end ("from May to July": 1 July), ``period`` what is counted to a day or range ("in three days": P3D).
    """

    span: Span
    kind: TimeKind
    value: str
    first: date | None = None
    last: date | None = None
    last_from: date | None = None
    period: str | None = None


def read_expressions(text: str, pack: LanguagePack, relative_to: date | None = None) -> tuple[TimeExpression, ...]:
    """The expressions of time in ``text``, in text order, none overlapping.

    A day or month without its year is the next one, or one at most 75 days past. A weekday or a day of the month alone
    is the next one, today's included. "Next" and "last" with a weekday name the week after or before this one.

    Args:
        text: a sentence or a few.
        pack: its language.
        relative_to: the day of writing. Without it, or where it lies before 1900 or after 2199, what needs one
            ("next Friday") is not read.
    """
    scanner = scanner_of(pack.temporal)
    returning = [
        TimeExpression(f.span, TimeKind.RECURRENCE, f.value)
        for f in rules_of(pack.temporal).apply(text, scanner.mask(text, relative_to))
        if f.kind is DeadlineKind.RECURRING and f.value
    ]
    read = [found for e in scanner.phrases(text, relative_to) if (found := _read(e)) is not None]
    wider = [e for e in read if e.kind is TimeKind.RECURRENCE]
    kept = [r for r in returning if not any(w.span.contains(r.span) for w in wider)]
    free = [e for e in read if not any(e.span.start < r.span.end and r.span.start < e.span.end for r in kept)]
    return tuple(sorted([*free, *kept], key=lambda e: e.span))


def _read(expression: Expression) -> TimeExpression | None:
    span, value = Span(expression.start, expression.end), expression.value
    if expression.slot == "quantity":
        return TimeExpression(span, TimeKind.DURATION, value)
    if expression.slot == "recurring":
        return TimeExpression(span, TimeKind.RECURRENCE, value)
    days = expression.stretch
    if days is None:
        return (
            TimeExpression(span, TimeKind.DATE, value) if value.startswith("--") and expression.slot == "day" else None
        )
    if days.kind == "D":
        return TimeExpression(span, TimeKind.DATE, days.value, days.first, days.last, period=expression.period)
    last_from = expression.ends[1].first if expression.ends else None
    value = f"{days.first}/{days.last}"
    return TimeExpression(span, TimeKind.RANGE, value, days.first, days.last, last_from, expression.period)
