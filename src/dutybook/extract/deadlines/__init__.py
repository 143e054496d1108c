"""Finds deadlines: by when, for how long, or how often a norm has to be fulfilled. The annotation guidelines define
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import zip_longest

from dutybook.extract.deadlines.anchors import anchors_of
from dutybook.extract.deadlines.expressions import DATED, Masked
from dutybook.extract.deadlines.scanner import scanner_of
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import (
    anywhere,
    at_end,
    at_start,
    cached_by_identity,
    find_needed_pieces,
    group,
    quoting,
)
from dutybook.languages.temporal import DeadlineRule, Temporal
from dutybook.records import DeadlineKind, Direction, Part, Span
from dutybook.records.dates import parse_day


@dataclass(frozen=True, slots=True)
class TemporalFinding:
    """A deadline phrase. ``span`` covers the temporal phrase only; the trigger's words are in ``anchor``.

    ``value`` is as in the annotation guidelines (``PT72H``, ``P5BD``, ``2026-08-02``, ``R/P1Y``, ``--03-31``, ``---15``,
    ``immediate``), None for vague ones. ``rule`` names the pack's rule, ``confidence`` is between 0 and 1.
    """

    span: Span
    kind: DeadlineKind
    value: str | None
    direction: Direction | None
    anchor: Part | None
    rule: str
    confidence: float


_CLAUSE_BREAK = re.compile(r"[,;:–—]")
_ASIDE = re.compile(r",[^,;:]{1,120},")
"""Words between commas right after an opening: "in the case in which, for good reasons, …"."""


def find_leading_condition(masked: str, temporal: Temporal) -> int:
    """The end of the condition that opens a sentence; 0 if there is none."""
    opening = at_start(temporal.conditions).match(masked)
    if opening is None:
        return 0
    main = anywhere_raw(temporal.main_clauses).search(masked, opening.end())
    if main is not None:
        return main.start()
    aside = _ASIDE.match(masked, opening.end())
    comma = _CLAUSE_BREAK.search(masked, aside.end() if aside else opening.end())
    if comma is None and " " in opening.group():
        return 0  # "In caso di incidente il gestore avvisa il comune entro due giorni": a phrase, and the main clause
    return comma.start() if comma else len(masked)


def find_trailing_conditions(masked: str, temporal: Temporal) -> list[tuple[int, int]]:
    """The ranges of a sentence that later conditions cover, each up to its next comma."""
    found = []
    for match in anywhere(temporal.trailing_conditions).finditer(masked):
        stop = _CLAUSE_BREAK.search(masked, match.end())
        found.append((match.start(), stop.start() if stop else len(masked)))
    return found


@cache
def anywhere_raw(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """The patterns without changes, case included: a main clause is recognised by a small letter after a comma."""
    return re.compile("|".join(p.replace(" ", r"\s+") for p in patterns) or r"(?!)")


WINDOW = 160
_UNQUANTIFIED = (DeadlineKind.IMMEDIATE, DeadlineKind.VAGUE)
_DAYS = re.compile(r"P(\d+)D")
_SEPARATOR = re.compile(r"(?:[^,.;:]{1,40},)?[\s,(–—]*")

Earlier = Callable[[], TemporalFinding | None]
"""Looks for the last period that the text before the sentence sets: "within the same period" means it."""


class Rules:
    """The deadline rules of one language, compiled."""

    def __init__(self, temporal: Temporal) -> None:
        self._temporal = temporal
        self._scanner = scanner = scanner_of(temporal)
        self._anchors = anchors_of(temporal)
        self._rules = [
            (rule, quoting(rule.patterns, scanner.unit_forms), find_needed_pieces(rule.patterns))
            for rule in temporal.rules
        ]
        self._pieces = frozenset().union(*(pieces for _, _, pieces in self._rules if pieces is not None))

    def apply(self, text: str, masked: Masked, earlier: Earlier = lambda: None) -> list[TemporalFinding]:
        """Findings with spans into ``text`` (the unmasked sentence), in text order, none overlapping."""
        line = masked.text
        lead = find_leading_condition(line, self._temporal)
        trails = cache(partial(find_trailing_conditions, line, self._temporal))
        claimed: list[tuple[int, int]] = []
        found: list[TemporalFinding] = []
        small = line.lower()
        present = {piece for piece in self._pieces if piece in small}
        for rule, pattern, pieces in self._rules:
            if pieces is not None and pieces.isdisjoint(present):
                continue
            for match in self._matches(rule, pattern, line):
                start, end = _trimmed(line, *(group(match, "q") or match.span()))
                if any(start < b and a < end for a, b in claimed) or start < lead:
                    continue
                place, behind = masked.origin(start, end)
                if rule.inflected and not at_end(rule.inflected).search(text[place:behind]):
                    continue
                if rule.kind not in _UNQUANTIFIED and (_is_in(start, trails()) or _is_in(place, _anchors(found))):
                    continue
                finding = self._finding(rule, match, (start, end), text, masked)
                if rule.refers_back and finding is not None:
                    finding = _as_before(finding, found, earlier)
                if finding is not None:
                    claimed.append(match.span())
                    found.append(finding)
        return _without_repeats(sorted(found, key=lambda f: f.span), text)

    def _matches(self, rule: DeadlineRule, pattern: re.Pattern[str], line: str) -> Iterator[re.Match[str]]:
        first = pattern.search(line)
        if first is None:
            return
        if rule.cue and not anywhere(rule.cue).search(line):
            return
        if rule.unless and anywhere(rule.unless).search(line):
            return
        for match in pattern.finditer(line):
            start, end = group(match, "q") or match.span()
            after = line[end : end + WINDOW]
            if rule.unless_before and at_end(rule.unless_before).search(line[max(0, start - WINDOW) : start]):
                continue
            if rule.unless_after and at_start(rule.unless_after).match(after):
                continue
            if rule.followed_by and not at_start(rule.followed_by).match(after):
                continue
            yield match

    def _finding(
        self, rule: DeadlineRule, match: re.Match[str], quote: tuple[int, int], text: str, masked: Masked
    ) -> TemporalFinding | None:
        quantity = rule.kind not in _UNQUANTIFIED
        found = self._anchors.find(masked.text, quote, quantity=quantity)
        if rule.trigger and (found is None or found.direction is not rule.trigger):
            return None
        if rule.stretch and not any(e.stretch and e.stretch.kind == rule.stretch for e in masked.all_inside(*quote)):
            return None
        value = rule.value
        if value is None and rule.kind is not DeadlineKind.VAGUE and not rule.refers_back:
            placed = rule.placed and rule.kind is DeadlineKind.RECURRING
            value = self._monthly_day(match, quote, masked) if placed else None
            value = value or self._value(rule.kind, match, quote, masked)
            if value is None:
                return None
        direction: Direction | None = None
        if rule.kind is DeadlineKind.PERIOD:
            direction = found.direction if found and rule.direction is not Direction.BEFORE else rule.direction
        anchor = None
        if found and rule.kind in (DeadlineKind.PERIOD, DeadlineKind.DURATION, DeadlineKind.IMMEDIATE):
            start, end = masked.origin(found.start, found.end)
            anchor = Part(text[start:end], Span(start, end))
        start, end = masked.origin(*quote)
        return TemporalFinding(Span(start, end), rule.kind, value, direction, anchor, rule.name, rule.confidence)

    def _monthly_day(self, match: re.Match[str], quote: tuple[int, int], masked: Masked) -> str | None:
        """``---15`` for "the 15th of each month", ``R/P1M`` for a month's other days; None where another unit returns.

        A rule without a ``{unit}`` speaks of a month: "by the 15th of the following month".
        """
        unit = group(match, "u")
        if unit is not None and self._scanner.unit_value(masked.text[unit[0] : unit[1]]) != "P1M":
            return None
        counted: list[int | None] = []
        for at, expression in masked.expressions.items():
            if not quote[0] <= at < quote[1]:
                continue
            days = _DAYS.fullmatch(expression.value)
            # "the month's 15 days" counts to its day; "five days of the month" are several.
            if expression.slot == "quantity" and (days is None or (unit is not None and at < unit[0])):
                return None
            if expression.slot not in ("ordinal", "quantity"):
                return None
            counted.append(int(days[1]) if days else None)
        line = masked.text[quote[0] : quote[1]]
        number = counted[0] if counted else self._scanner.words.day_of_month(line)
        return f"---{number:02}" if number and number <= 31 else "R/P1M"

    def _value(self, kind: DeadlineKind, match: re.Match[str], quote: tuple[int, int], masked: Masked) -> str | None:
        unit = group(match, "u")
        expression = masked.inside(*quote) or masked.inside(*match.span())
        if kind is DeadlineKind.FIXED:  # "by 17 hours on 3 October 2031": an hour is none
            expression = next((e for e in masked.all_inside(*quote) if e.slot in DATED), expression)
        if unit is not None:  # "the fifth day of each month" returns every month
            value = self._scanner.unit_value(masked.text[unit[0] : unit[1]])
        elif expression is not None:
            value = expression.value
        else:
            return None
        if kind is DeadlineKind.RECURRING and value and value.startswith("P"):
            return f"R/{value}"
        if kind is DeadlineKind.FIXED and value and value.startswith("--"):
            return None  # a window whose year no one states
        return value


def _is_in(at: int, stretches: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in stretches)


def _anchors(found: list[TemporalFinding]) -> Iterator[tuple[int, int]]:
    return ((f.anchor.span.start, f.anchor.span.end) for f in found if f.anchor)


def _as_before(finding: TemporalFinding, found: list[TemporalFinding], earlier: Earlier) -> TemporalFinding | None:
    """The finding with the value of the last period before it; None where no period was set."""
    same = [f for f in found if f.kind is DeadlineKind.PERIOD and f.value and f.span.start < finding.span.start]
    last = max(same, key=lambda f: f.span, default=None) or earlier()
    return replace(finding, value=last.value, direction=last.direction) if last else None


_RETURNING = {"R/P1Y": re.compile(r"--\d"), "R/P1M": re.compile(r"---")}
"""A unit that returns, and how the value of its day begins."""


def _without_repeats(found: list[TemporalFinding], text: str) -> list[TemporalFinding]:
    """The findings that no other one states more exactly.

    "Regularly, at least once a year" is once a year, and "submits its annual report by 31 March" has one day each year.
    """
    kept = []
    for finding, after in zip_longest(found, found[1:]):
        day = _RETURNING.get(finding.value or "")
        exact = (
            any(day.match(other.value or "") for other in found)
            if day is not None
            else finding.kind is DeadlineKind.VAGUE
            and after is not None
            and after.kind is DeadlineKind.RECURRING
            and _SEPARATOR.fullmatch(text, finding.span.end, after.span.start)
        )
        if not exact:
            kept.append(finding)
    return kept


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` without white space at its ends, where an optional part of a pattern may have been empty."""
    quote = line[start:end]
    return start + len(quote) - len(quote.lstrip()), end - len(quote) + len(quote.rstrip())


rules_of = cached_by_identity(Rules)
"""The rules of a pack's section, compiled once a section."""


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
    rules = rules_of(pack.temporal)

    def earlier() -> TemporalFinding | None:
        before = text[max(0, span.start - LOOK_BACK) : span.start]
        periods = [f for f in rules.apply(before, scanner.mask(before, None)) if f.kind is DeadlineKind.PERIOD]
        return periods[-1] if periods else None

    found = rules.apply(sentence, masked, earlier)
    return tuple(
        replace(
            f,
            span=f.span.shift(span.start),
            anchor=f.anchor and replace(f.anchor, span=f.anchor.span.shift(span.start)),
        )
        for f in found
    )
